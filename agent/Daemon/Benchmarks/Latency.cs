using System.Text.Json.Serialization;

namespace NodeAgent.Daemon.Benchmarks;

/// <summary>How long requests took, in milliseconds.</summary>
internal sealed record Latency(double P50, double P95, double P99, double P999, double Max)
{
    /// <summary>In this order, with their names.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Name, double Milliseconds)> Points => [("p50", P50), ("p95", P95), ("p99", P99), ("p99.9", P999), ("max", Max)];
}
