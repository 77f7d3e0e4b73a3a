using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover;

/// <summary>Something that happened.</summary>
/// <param name="At">When, by the wall clock of the node that tells it.</param>
/// <param name="Node">The node that tells it.</param>
/// <param name="Kind">One word.</param>
/// <param name="Subject">The service or node.</param>
/// <param name="Text">A sentence.</param>
public sealed record HistoryLine(DateTimeOffset At, NodeId Node, string Kind, string Subject, string Text);
