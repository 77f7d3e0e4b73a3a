namespace NodeAgent.Linux.Commands;

/// <summary>A program that was started.</summary>
/// <param name="Tool">Its name.</param>
/// <param name="Verb">What it does, as metrics count it.</param>
/// <param name="Lane">The lane it occupies; empty for none.</param>
/// <param name="Pid">Its process, and the name of its process group.</param>
/// <param name="StartedAt">Wall-clock time, for people only.</param>
public sealed record RunningCommand(string Tool, string Verb, string Lane, int Pid, DateTimeOffset StartedAt)
{
    /// <summary>When it was started, on the clock of the runner.</summary>
    internal long StartedTimestamp { get; init; }
}
