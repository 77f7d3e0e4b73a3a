namespace NodeAgent.Daemon.Benchmarks;

/// <summary>A job with the profile, divided by the same as it is. More than 1 is better for speed, less than 1 for latency.</summary>
internal sealed record BenchRatio(string Job, double Speed, double P50, double P99, double P999);
