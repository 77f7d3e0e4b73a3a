using System.Text.Json;

namespace NodeAgent.MirrorDriver;

/// <summary>What a driver is told by the lab.</summary>
internal sealed record DriverSettings(
    string Node, string Backend, string State, string Socket, IReadOnlyList<Uri> Store, IReadOnlyDictionary<string, string> Options)
{
    public static DriverSettings Read(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var root = document.RootElement;
        string Text(string name) => root.GetProperty(name).GetString()!;
        return new DriverSettings(
            Text("node"), Text("backend"), Text("state"), Text("socket"),
            [.. root.GetProperty("store").EnumerateArray().Select(address => new Uri(address.GetString()!))],
            root.GetProperty("options").EnumerateObject().ToDictionary(option => option.Name, option => option.Value.GetString()!, StringComparer.Ordinal));
    }
}
