namespace NodeAgent.Lab.Failover;

/// <summary>A line of `nodeagent history`, at the host's time.</summary>
public sealed record HistoryEvent(DateTimeOffset At, int Node, string Kind, string Subject, string Text);
