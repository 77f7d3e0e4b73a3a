using System.Text.Json;

namespace NodeAgent.Linux.Services;

/// <summary>What Proxmox says of its own cluster, in /etc/pve/.members.</summary>
/// <param name="Self">This node as Proxmox calls it.</param>
/// <param name="IsCluster">False if this node stands alone.</param>
/// <param name="HasQuorum">False while its configuration can only be read.</param>
/// <param name="Online">The nodes that corosync sees.</param>
public sealed record ProxmoxMembers(string Self, bool IsCluster, bool HasQuorum, IReadOnlySet<string> Online)
{
    /// <summary>Null if it cannot be understood.</summary>
    internal static ProxmoxMembers? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Member(root, "nodename") is not { ValueKind: JsonValueKind.String } self)
            {
                return null;
            }

            // A node that stands alone has neither a cluster nor a list of nodes.
            var cluster = Member(root, "cluster");
            return new ProxmoxMembers(
                self.GetString()!, cluster is not null, cluster is { } told && IsOne(told, "quorate"),
                Member(root, "nodelist") is not { ValueKind: JsonValueKind.Object } nodes ? new HashSet<string>()
                    : nodes.EnumerateObject().Where(node => IsOne(node.Value, "online")).Select(node => node.Name).ToHashSet(StringComparer.Ordinal));
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate: valid as JSON, but no text.
            return null;
        }
    }

    private static bool IsOne(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) && value == 1;

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;
}
