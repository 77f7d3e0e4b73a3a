namespace NodeAgent.Daemon.Api;

/// <summary>Something that proves to others that a node writes no more.</summary>
/// <param name="Subject">The node that it is about.</param>
/// <param name="Problem">What is wrong with it; null: nothing.</param>
/// <param name="Remedy">What to do; empty if nothing.</param>
internal sealed record SafeguardLine(string Subject, string? Problem, string Remedy);
