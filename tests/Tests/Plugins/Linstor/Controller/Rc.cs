using System.Text.Json.Nodes;

namespace NodeAgent.Tests.Plugins.Linstor.Controller;

/// <summary>Entries as LINSTOR makes them: the kind in the two highest bits, the number in the lowest fifteen.</summary>
internal static class Rc
{
    private const ulong Error = 0xC000000000000000;
    private const ulong Warning = 0x8000000000000000;
    private const ulong Definition = 0x380000;

    public static JsonObject Good(int number, string message) => Entry((ulong)number | Definition, message);

    public static JsonObject Warn(int number, string message) => Entry((ulong)number | Definition | Warning, message);

    public static JsonObject Bad(int number, string message, string cause = "", string correction = "", string details = "")
    {
        var entry = Entry((ulong)number | Definition | Error, message);
        foreach (var (name, text) in new[] { ("cause", cause), ("correction", correction), ("details", details) }.Where(field => field.Item2.Length > 0))
        {
            entry[name] = text;
        }

        entry["error_report_ids"] = new JsonArray("6712BBF1-00000-000005");
        entry["obj_refs"] = new JsonObject { ["RscDfn"] = "data" };
        return entry;
    }

    private static JsonObject Entry(ulong code, string message) => new() { ["ret_code"] = unchecked((long)code), ["message"] = message };
}
