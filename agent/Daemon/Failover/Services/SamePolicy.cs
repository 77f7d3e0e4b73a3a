using NodeAgent.Core.Views;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>Compares policies by what they say: their lists are arrays, which compare by identity.</summary>
internal static class SamePolicy
{
    /// <summary>True if both say the same.</summary>
    public static bool AreSame(ServicePolicy one, ServicePolicy other) =>
        one.Nodes.SequenceEqual(other.Nodes) && one.With.SequenceEqual(other.With, StringComparer.Ordinal)
        && one.Apart.SequenceEqual(other.Apart, StringComparer.Ordinal)
        && (one with { Nodes = other.Nodes, With = other.With, Apart = other.Apart }).Equals(other);
}
