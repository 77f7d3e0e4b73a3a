using System.Text.Json;
using System.Text.Json.Serialization;

namespace NodeAgent.Simulation.Scenarios;

/// <summary>All that goes into a run: the same scenario gives the same run, to the last point.</summary>
/// <param name="Seed">Where it came from.</param>
/// <param name="Copies">Nodes that keep a copy.</param>
/// <param name="Volumes">Volumes at the beginning.</param>
/// <param name="KeepSource">Snapshots that the writer keeps.</param>
/// <param name="KeepCopies">Snapshots that each copy keeps.</param>
/// <param name="Rounds">Intervals before the faults stop.</param>
/// <param name="Happenings">What happens.</param>
public sealed record Scenario(
    long Seed, int Copies, int Volumes, int KeepSource, int KeepCopies, int Rounds, IReadOnlyList<Happening> Happenings)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Reads a scenario from a file.</summary>
    public static Scenario Load(string path) =>
        JsonSerializer.Deserialize<Scenario>(File.ReadAllText(path), Json) ?? throw new InvalidDataException($"{path} holds no scenario");

    /// <summary>The scenario as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);
}
