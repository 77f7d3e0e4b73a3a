using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Certificates;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Choices;

/// <summary>
/// Reads this node's side: first the certificate, then the kernel, while nothing here is being opened or closed. Whoever opens the
/// unit after that has to replace the certificate first, and then the choice that is made against it fails.
/// </summary>
internal sealed class SideLook(Parts parts, Backing backing)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<Outcome<CopySide>> ReadAsync(Resource resource, string what, CancellationToken cancellation)
    {
        if (!await resource.Gate.WaitAsync(Patience, cancellation))
        {
            return new CopySide(parts.Self, parts.Time.GetUtcNow(), Answer.Unknown, 0, [new CopyFact("state", "being opened or closed at this moment")])
            {
                NotKeptBecause = "it is being opened or closed",
            };
        }

        try
        {
            var seen = await resource.Book.ReadAsync(what, cancellation);
            var epoch = seen.IsOk ? resource.Epochs.Read() : seen.Fault;
            var look = epoch.IsOk ? await parts.Tool.FindAsync(resource.Name, what, cancellation) : epoch.Fault;
            return look.IsOk ? await TellAsync(resource, seen.Value, epoch.Value, look.Value, what, cancellation) : look.Fault;
        }
        finally
        {
            resource.Gate.Release();
        }
    }

    private async Task<CopySide> TellAsync(Resource resource, Certified seen, Epoch epoch, ResourceState? state, string what, CancellationToken cancellation)
    {
        var generations = new List<(int Volume, Generation? Generation)>();
        foreach (var volume in state?.Volumes ?? [])
        {
            generations.Add((volume.Number, await parts.Tool.GenerationAsync(resource.Name, volume, cancellation)));
        }

        var kept = state is null ? Faults.Data(what, "the kernel does not have it: what it lies on is not known", $"'drbdadm up {resource.Name}'.")
            : await backing.FindAsync(state, what, cancellation);
        return new CopySide(parts.Self, parts.Time.GetUtcNow(), IsOpen(state), seen.Version, Facts(resource, seen.Certificate, epoch, state, generations))
        {
            KeptBy = kept.IsOk ? $"a snapshot of {string.Join(" and ", kept.Value.Select(volume => volume.Name))}" : null,
            NotKeptBecause = kept.Fault?.Why,
            Native = SideFacts.Of(state, resource.GoingBack.IsSet, Generations.Join(generations)).ToText(),
        };
    }

    // What the kernel does not have is open nowhere on this node.
    private static Answer IsOpen(ResourceState? state) => state is null or { IsSecondary: true } ? Answer.No : state.IsPrimary ? Answer.Yes : Answer.Unknown;

    private long? OutOfSync(ResourceState state, VolumeState volume) =>
        state.IsAlone ? Overview.OutOfSyncBytes(Places.Read(parts.Places.Overview), volume.Minor) : volume.OutOfSyncBytes;

    private List<CopyFact> Facts(
        Resource resource, Certificate? certificate, Epoch epoch, ResourceState? state, IReadOnlyList<(int Volume, Generation? Generation)> generations)
    {
        List<CopyFact> facts =
        [
            new("state", state?.ToString() ?? "down"),
            new("last connected", resource.LastConnected.Say()),
            new("newest epoch seen here", epoch.ToString()),
            new("certificate in the store", certificate?.ToString() ?? "none"),
        ];
        foreach (var volume in state?.Volumes ?? [])
        {
            var of = state!.Volumes.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" of volume {volume.Number}");
            var generation = generations.FirstOrDefault(one => one.Volume == volume.Number).Generation;
            facts.Add(new CopyFact($"generation identifiers{of}", generation?.ToText() ?? "cannot be read"));
            facts.Add(new CopyFact(
                $"written{of} since it was attached", volume.WrittenBytes is { } written ? string.Create(CultureInfo.InvariantCulture, $"{written} bytes") : "unknown"));
            facts.Add(new CopyFact($"out of sync{of}", OutOfSync(state, volume) is { } differs ? string.Create(CultureInfo.InvariantCulture, $"{differs} bytes") : "unknown"));
        }

        if (resource.GoingBack.IsSet)
        {
            facts.Add(new CopyFact("rollback", $"did not end here ({resource.GoingBack.File})"));
        }

        return facts;
    }
}
