@main
struct BerthBench {
    static func main() {}
}
