namespace NodeAgent.Daemon.Api;

/// <summary>A program that was killed and does not die.</summary>
/// <param name="Tool">Its name.</param>
/// <param name="Verb">What it was to do.</param>
/// <param name="Pid">Its process.</param>
/// <param name="StartedAt">When it was started.</param>
internal sealed record StuckCommand(string Tool, string Verb, int Pid, DateTimeOffset StartedAt);
