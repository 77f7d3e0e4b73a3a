namespace NodeAgent.Cluster.Records;

/// <summary>Something that happened.</summary>
/// <param name="At">Wall-clock time, for people only.</param>
/// <param name="Node">Who tells it.</param>
/// <param name="Kind">What: "promoted", "fenced", "drained".</param>
/// <param name="Subject">To what: a unit, a service, a node.</param>
/// <param name="Text">In words.</param>
public sealed record HistoryRecord(DateTimeOffset At, string Node, string Kind, string Subject, string Text);
