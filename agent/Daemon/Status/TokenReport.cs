namespace NodeAgent.Daemon.Status;

/// <summary>A join token. Whoever has it can join one node until it expires: it is shown once and kept nowhere.</summary>
/// <param name="Token">The line to hand over.</param>
public sealed record TokenReport(string Token);
