using System.Text.Json.Serialization;

namespace NodeAgent.Bench.Running;

/// <summary>One figure, and the same of a peer in the same run. The members of the JSON object are exactly these six.</summary>
/// <param name="Name">"BENCHMARK" or "BENCHMARK.PART".</param>
/// <param name="Value">The figure.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Peer">Who did the same work; null if nobody.</param>
/// <param name="PeerValue">The peer's figure.</param>
/// <param name="Ratio">Ours divided by the peer's.</param>
public sealed record Figure(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("value")] double Value,
    [property: JsonPropertyName("unit")] string Unit,
    [property: JsonPropertyName("peer")] string? Peer,
    [property: JsonPropertyName("peer_value")] double? PeerValue,
    [property: JsonPropertyName("ratio")] double? Ratio)
{
    /// <summary>What it has to be; null if it is only told.</summary>
    [JsonIgnore]
    public Bar? Bar { get; init; }

    /// <summary>A figure without a peer.</summary>
    public static Figure Alone(string name, double value, string unit) => new(name, Round(value), unit, null, null, null);

    /// <summary>A figure beside a peer's.</summary>
    public static Figure Beside(string name, double value, string unit, string peer, double peerValue) =>
        new(name, Round(value), unit, peer, Round(peerValue), Math.Round(value / peerValue, 3));

    private static double Round(double value) => Math.Round(value, 3);
}
