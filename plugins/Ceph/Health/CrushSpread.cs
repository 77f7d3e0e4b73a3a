using System.Text.Json.Nodes;

namespace NodeAgent.Plugins.CephBackend.Health;

/// <summary>How a pool's copies or chunks are spread over hosts, from the steps of its CRUSH rule (`osd crush rule dump`; doc/rados/operations/crush-map).</summary>
internal static class CrushSpread
{
    private static readonly string[] HostOrAbove = ["host", "chassis", "rack", "row", "pdu", "pod", "room", "datacenter", "zone", "region", "root"];

    /// <summary>How many of a pool's copies or chunks one host may have at most; null if the rule is not there, or not understood.</summary>
    /// <param name="rules">All rules.</param>
    /// <param name="rule">The pool's.</param>
    /// <param name="size">Copies, or data and coding chunks together.</param>
    public static int? PerHost(JsonNode? rules, int rule, int size)
    {
        var found = (rules as JsonArray)?.FirstOrDefault(known => (int?)known?["rule_id"] == rule);
        if (found?["steps"] is not JsonArray { Count: > 0 } steps)
        {
            return null;
        }

        // Each block from "take" to "emit" chooses for itself: a host may be in all of them.
        int? sum = 0;
        var block = new List<(string Type, int Number)>();
        foreach (var step in steps)
        {
            switch ((string?)step?["op"])
            {
                case "emit":
                    sum += OfBlock(block, size);
                    block.Clear();
                    break;
                case { } choose when choose.StartsWith("choose", StringComparison.Ordinal):
                    block.Add(((string?)step!["type"] ?? "", (int?)step["num"] ?? 0));
                    break;
                default:
                    break;
            }
        }

        return sum is { } most && most > 0 ? Math.Min(most, size) : null;
    }

    // What is chosen below the last host, or anything above: so many land on one.
    private static int? OfBlock(List<(string Type, int Number)> block, int size)
    {
        if (block.Count == 0 || block.Any(step => step.Type != "osd" && !HostOrAbove.Contains(step.Type, StringComparer.Ordinal)))
        {
            return null;
        }

        return block.Skip(block.FindLastIndex(step => step.Type != "osd") + 1).Aggregate(1, (many, step) => many * (step.Number > 0 ? step.Number : Math.Max(1, size + step.Number)));
    }
}
