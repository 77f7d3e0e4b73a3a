namespace NodeAgent.Daemon.Api;

/// <summary>What proves to others that a node writes no more, looked at just now, for <c>nodeagent doctor</c>.</summary>
/// <param name="IsNeeded">True if services fail over here; otherwise nothing has to be proven.</param>
/// <param name="Watchdog">This node's watchdog.</param>
/// <param name="CanBeFenced">True if this node's power can be cut.</param>
/// <param name="Devices">Fence devices of nodes that run.</param>
internal sealed record SafeguardReport(bool IsNeeded, SafeguardLine? Watchdog, bool CanBeFenced, IReadOnlyList<SafeguardLine> Devices);
