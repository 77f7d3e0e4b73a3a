using System.Collections.Immutable;
using NodeAgent.Contract;

namespace NodeAgent.Plugins.LinstorBackend.Kernel;

/// <summary>
/// What the files and the kernel have otherwise: volumes by the numbers of their devices. What the kernel does not have is not in
/// what it says of the copies: they would count as whole without it.
/// </summary>
/// <param name="Missing">What the files name and the kernel does not have.</param>
/// <param name="Unnamed">What the kernel has and the files do not name.</param>
internal sealed record VolumeGap(ImmutableSortedSet<int> Missing, ImmutableSortedSet<int> Unnamed)
{
    /// <summary>Compares.</summary>
    /// <param name="state">What the kernel has.</param>
    /// <param name="minors">What the files name.</param>
    public static VolumeGap Between(ResourceState state, ImmutableSortedSet<int> minors)
    {
        var there = state.Volumes.Select(volume => volume.Minor).ToImmutableSortedSet();
        return new VolumeGap(minors.Except(there), there.Except(minors));
    }

    /// <summary>Why nothing is promoted or certified; null: the kernel has all that the files name.</summary>
    public Fault? Against(string resource, string what) => Missing.IsEmpty ? null : Faults.Mend(
        what, $"the files name {Names(Missing)}, and the kernel does not have it: the copies of {resource} are not whole without it", $"On both nodes: 'drbdadm adjust {resource}'.");

    /// <summary>What is to be mended; null: both have the same.</summary>
    public Fault? Told(string resource, string what) => Against(resource, what) ?? (Unnamed.IsEmpty ? null : Faults.Mend(
        what, $"the kernel has {Names(Unnamed)} of {resource}, and the files do not name it: after a boot it is not there",
        $"Put it back into the files of both nodes; if it is to go, 'drbdadm adjust {resource}' on both while the resource is open on none."));

    private static string Names(ImmutableSortedSet<int> minors) => string.Join(" and ", minors.Select(minor => FormattableString.Invariant($"/dev/drbd{minor}")));
}
