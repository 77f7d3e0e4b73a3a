using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Images;

/// <summary>Whether Ceph itself trusts its list of an image's objects. Without it every change listed is the whole volume.</summary>
internal static class ObjectMaps
{
    /// <summary>The flags of a list that may be wrong.</summary>
    public const ulong Invalid = Rbd.ObjectMapInvalid | Rbd.FastDiffInvalid;

    /// <summary>Images that this process holds and whose list Ceph calls invalid. A cluster that does not answer says nothing.</summary>
    public static async Task<IReadOnlyList<string>> InvalidAsync(UnitGate gate, CancellationToken cancellation)
    {
        var all = gate.Held.IsEmpty ? new Outcome<IReadOnlyList<string>>([])
            : await gate.Lane.RunAsync<IReadOnlyList<string>>("cannot look at object maps", gate.Options.Patience, () => Find(gate), cancellation);
        return all.IsOk ? all.Value : [];
    }

    private static List<string> Find(UnitGate gate) =>
    [
        .. gate.Held.Where(unit => unit.Value.IsOpen).SelectMany(unit => unit.Value.Volumes.Select(volume => (unit.Key, Volume: volume, Image: unit.Value.Image(volume))))
            .Where(one => one.Image is { } image && Rbd.GetFlags(image, out var flags) >= 0 && (flags & Invalid) != 0)
            .Select(one => $"{gate.Options.Pool}/{Keys.Image(one.Key, one.Volume)}").Order(StringComparer.Ordinal),
    ];
}
