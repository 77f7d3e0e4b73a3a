using NodeAgent.Plugins.LinstorBackend.Controller.Wire;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Seen;

/// <summary>A node as a controller has it.</summary>
/// <param name="Name">Its name; upper and lower case are the same to LINSTOR.</param>
/// <param name="Type">"Satellite", "Combined".</param>
/// <param name="Connection">"ONLINE" if its satellite does what it is told.</param>
/// <param name="Flags">"EVICTED", "DELETE".</param>
internal sealed record SeenNode(string Name, string Type, string Connection, IReadOnlyList<string> Flags)
{
    public bool IsOnline => Connection == "ONLINE" && !Flags.Contains("EVICTED", StringComparer.Ordinal) && !Flags.Contains("DELETE", StringComparer.Ordinal);

    public static SeenNode Read(JsonLook look) => new(look.Text("name"), look.Text("type"), look.TextOr("connection_status"), look.Texts("flags"));
}
