using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>Compares what the files name with what the kernel has: the files now and then, the kernel at every look.</summary>
internal sealed class VolumeWatch(Parts parts, Resource resource)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);
    private ImmutableSortedSet<int>? named;
    private Fault? unread;
    private long? readAt;

    /// <summary>What is to be mended; a fault also if the files cannot be read.</summary>
    public async Task<Outcome> LookAsync(ResourceState state, string what, CancellationToken cancellation)
    {
        if (readAt is not { } last || parts.Time.GetElapsedTime(last) >= Every)
        {
            var read = await parts.Tool.MinorsAsync(resource.Name, what, cancellation);
            (named, unread, readAt) = (read.IsOk ? read.Value : named, read.Fault, parts.Time.GetTimestamp());
        }

        return Gap(state)?.Told(resource.Name, what) ?? unread ?? Outcome.Done;
    }

    /// <summary>Why nothing is certified, as far as the files were read; null: nothing is known against it.</summary>
    public Fault? Against(ResourceState state, string what) => Gap(state)?.Against(resource.Name, what);

    private VolumeGap? Gap(ResourceState state) => named is null ? null : VolumeGap.Between(state, named);
}
