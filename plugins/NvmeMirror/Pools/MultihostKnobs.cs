using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Files;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Pools;

/// <summary>The module's parameters for multihost. They count for every pool of the node; a write publishes them at once.</summary>
internal sealed class MultihostKnobs(Places places)
{
    public Outcome Set(MultihostTiming timing) =>
        Both(Parameter("zfs_multihost_interval", (long)timing.Interval.TotalMilliseconds), Parameter("zfs_multihost_fail_intervals", timing.FailIntervals));

    private static Outcome Both(Outcome first, Outcome second) => first.IsOk ? second : first;

    private Outcome Parameter(string name, long value) =>
        KernelFiles.Set(Path.Combine(places.ZfsParameters, name), value.ToString(CultureInfo.InvariantCulture));
}
