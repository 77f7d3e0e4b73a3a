using System.Text.Json.Nodes;

namespace NodeAgent.Plugins.CephBackend.Plans;

/// <summary>A command to the monitors.</summary>
/// <param name="Prefix">What it does: "osd pool create".</param>
/// <param name="Arguments">Its arguments by name, in the order in which an operator would type them; with several values: with blanks between them.</param>
internal sealed record MonitorStep(string Prefix, IReadOnlyList<(string Name, string Value)> Arguments)
{
    private static readonly string[] Numbers = ["pg_num", "pgp_num"];

    /// <summary>As an operator would type it.</summary>
    public string Text => $"ceph {Prefix} {string.Join(' ', Arguments.Select(argument => argument.Value))}";

    /// <summary>As the monitors take it.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["prefix"] = Prefix };
        foreach (var (name, value) in Arguments)
        {
            json[name] = Numbers.Contains(name, StringComparer.Ordinal) ? JsonNode.Parse(value)
                : name == "profile" ? new JsonArray([.. value.Split(' ').Select(part => (JsonNode)part)])
                : value;
        }

        return json;
    }
}
