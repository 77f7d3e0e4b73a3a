namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>What this node's kernel has open of a unit: by sysfs, by the index, and by who is shut out.</summary>
/// <param name="Devices">All of the unit that are mapped.</param>
/// <param name="Current">Those that are this node's by the index: it has the unit open, and they are told there.</param>
/// <param name="Dead">Those of them whose clients are shut out: nothing can be written there.</param>
/// <param name="Exchanged">Volumes of <paramref name="Current"/> whose names mean another image by now.</param>
/// <param name="Missing">Volumes of which none is current.</param>
internal sealed record KernelSight(
    IReadOnlyList<KernelDevice> Devices, IReadOnlyList<KernelDevice> Current, IReadOnlyList<KernelDevice> Dead, IReadOnlyList<string> Exchanged, IReadOnlyList<string> Missing)
{
    /// <summary>True if every volume of the unit is open here.</summary>
    public bool IsWhole => Current.Count > 0 && Dead.Count == 0 && Exchanged.Count == 0 && Missing.Count == 0;

    /// <summary>True if some are open here and all of those can be written: the rest can be mapped beside them.</summary>
    public bool IsPart => Current.Count > 0 && Dead.Count == 0 && Exchanged.Count == 0 && Missing.Count > 0;

    /// <summary>What is wrong with it, to follow on a sentence; empty if nothing is.</summary>
    public string Trouble => Current.Count == 0 || IsWhole ? ""
        : Dead.Count > 0 ? $", but the cluster has shut out {Volumes(Dead)} of its volumes"
        : Exchanged.Count > 0 ? $", but the image of {string.Join(", ", Exchanged)} was exchanged"
        : $", but only {Volumes(Current)} of its volumes are mapped";

    private static string Volumes(IEnumerable<KernelDevice> devices) => string.Join(", ", devices.Select(device => device.Volume));
}
