"""Writes deep, long and repeated input for a target: what a fuzzer that mutates small files hardly finds."""
import pathlib
import sys

target, folder = sys.argv[1], pathlib.Path(sys.argv[2])
MILLION = 1_000_000


def write(name, content):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def json_files():
    for depth in (400, 2_000, 100_000):
        write(f"lists-{depth}", "[" * depth + "]" * depth)
        write(f"objects-{depth}", '{"a":' * depth + "1" + "}" * depth)
        write(f"inside-{depth}", '{"metadata":' + '{"labels":' * depth + "1" + "}" * depth + "}")
        write(f"values-{depth}", '{"a":' + '{"M":{"a":' * depth + '{"S":"x"}' + "}}" * depth + "}")
    write("open", "[" * MILLION)
    write("digits", '{"gpu_count":' + "9" * MILLION + "}")
    write("text", '{"user_id":"' + "\\u0041" * 200_000 + '"}')
    write("names", "{" + ",".join(f'"k{number}":{number}' for number in range(50_000)) + "}")
    write("same", "{" + ",".join(['"reservation_id":"a"'] * 50_000) + "}")


def xml_files():
    for depth in (400, 5_000, 100_000):
        write(f"nested-{depth}", "<a>" * depth + "</a>" * depth)
        write(f"items-{depth}", "<r><volumeSet>" + "<item>" * depth + "</item>" * depth + "</volumeSet></r>")
    write("open", "<a>" * 300_000)
    write("many", "<r><volumeSet>" + "<item><volumeId>v</volumeId><status>s</status></item>" * 5_000 + "</volumeSet></r>")
    write("text", "<r><nextToken>" + "x" * MILLION + "</nextToken><volumeSet/></r>")
    write("attributes", "<r " + " ".join(f'a{number}="1"' for number in range(20_000)) + "/>")
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{level} "' + f"&a{level - 1};" * 10 + '">' for level in range(1, 12))
    write("laughs", f'<?xml version="1.0"?><!DOCTYPE r [{entities}]><r><volumeSet>&a11;</volumeSet></r>')
    write("file", '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>')


def yaml_files():
    json_files()
    for depth in (400, 5_000, 50_000):
        write(f"indented-{depth}", "".join(" " * min(level, 3_000) + "a:\n" for level in range(min(depth, 3_000))))
        write(f"flow-{depth}", "[" * depth + "]" * depth)
        write(f"dashes-{depth}", "- " * depth + "x")
    laughs = "a0: &a0 [x]\n" + "".join(
        f"a{level}: &a{level} [" + ", ".join([f"*a{level - 1}"] * 10) + "]\n" for level in range(1, 12))
    write("laughs", laughs + "clusters: *a11\nusers: *a11\ncontexts: *a11\n")
    write("self", "clusters: &c\n- name: c\n  cluster: *c\n")


def line_files():
    write("line", b"\x01" + b"x" * MILLION)
    write("lines", b"\xff" + b"\r\n" * 300_000)
    write("keys", b"ssh-ed25519 " + b"A" * MILLION + b" c\n")
    write("blanks", b" " * MILLION)
    write("sections", "[a]\n" * 100_000 + "[" * 100_000)
    write("banner", b"\x10SSH-2.0-" + b"x" * MILLION)


{"ec2": xml_files, "kubeconfig": yaml_files, "ssh-banner": line_files, "github-keys": line_files,
 "aws-profile": line_files}.get(target, json_files)()
if target == "watch":
    line_files()
