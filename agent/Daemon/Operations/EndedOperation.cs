namespace NodeAgent.Daemon.Operations;

/// <summary>An operation that is over.</summary>
/// <param name="Operation">As it was last.</param>
/// <param name="EndedAt">When, wall clock.</param>
/// <param name="Fault">Why it was given up; null if it was done.</param>
public sealed record EndedOperation(Operation Operation, DateTimeOffset EndedAt, string? Fault);
