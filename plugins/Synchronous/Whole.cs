using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.Synchronous;

/// <summary>Sets of nodes whose copy holds every acknowledged write.</summary>
internal static class Whole
{
    public static ImmutableSortedSet<string> Nobody { get; } = Of();

    public static ImmutableSortedSet<string> Only(NodeId node) => Of(node);

    public static ImmutableSortedSet<string> Both(NodeId one, NodeId other) => Of(one, other);

    private static ImmutableSortedSet<string> Of(params ReadOnlySpan<NodeId> nodes)
    {
        var names = ImmutableSortedSet.CreateBuilder<string>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            names.Add(node.Value);
        }

        return names.ToImmutable();
    }
}
