// Whoever tests the domain needs the simulator's services and schedule, too.
@_exported public import Simulation
