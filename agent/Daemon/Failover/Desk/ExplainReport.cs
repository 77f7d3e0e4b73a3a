namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>Why a service or a node is as it is.</summary>
/// <param name="Subject">The service or node.</param>
/// <param name="Lines">What is known.</param>
public sealed record ExplainReport(string Subject, IReadOnlyList<ExplainLine> Lines);
