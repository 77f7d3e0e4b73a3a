namespace NodeAgent.Bench.Running;

/// <summary>A benchmark cannot run on this machine, and why.</summary>
public sealed class CannotRunException(string why) : Exception(why);
