namespace NodeAgent.Daemon.Status.Reserves;

/// <summary>What a node has of memory and processors, and what is used of it. Nodes tell each other with their report.</summary>
/// <param name="Machine">The boot of the machine: nodes that share one are one machine, and are lost together. Null: the kernel does not tell.</param>
/// <param name="MemoryBytes">All memory.</param>
/// <param name="UsedBytes">Memory that could not be given to somebody else now: caches, ZFS's among them, are not used.</param>
/// <param name="Processors">Processors that are online.</param>
/// <param name="Busy">Processors that were busy in the mean of the last minutes; null: not measured for long enough.</param>
/// <param name="AgeSeconds">How long before the report it was measured, by that node's monotonic clock.</param>
public sealed record NodeLoad(string? Machine, long MemoryBytes, long UsedBytes, int Processors, double? Busy, double AgeSeconds);
