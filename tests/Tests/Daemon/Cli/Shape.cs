using System.Text.Json;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>The member names of a JSON value and the kinds of what they hold.</summary>
internal static class Shape
{
    public static void Add(JsonElement value, string path, SortedSet<string> shape)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Add(member.Value, $"{path}.{member.Name}", shape);
                }

                break;
            case JsonValueKind.Array:
                shape.Add($"{path}[]");
                foreach (var item in value.EnumerateArray())
                {
                    Add(item, $"{path}[]", shape);
                }

                break;
            default:
                shape.Add($"{path}: {value.ValueKind.ToString().ToLowerInvariant()}");
                break;
        }
    }
}
