using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Replication;
using NodeAgent.Core.Units;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Failover.Services;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Failover;

/// <summary>What this node's copies are worth, as its own storage shows.</summary>
internal sealed class OfferLook(
    IReadOnlyDictionary<string, RunnableService> services, UnitWorld world, LocalCopies copies, Func<ClusterView?> view, TimeProvider time)
{
    // Clocks of two nodes differ, and time goes on while this is looked at.
    private const double Caution = 1.01;

    /// <summary>Looks at every service with units, and answers.</summary>
    public async Task LookAsync(NodeEffect.Look look, Action<NodeInput> answer, CancellationToken cancellation)
    {
        var seenView = view();
        var found = await Task.WhenAll(services.Values
            .Where(service => service.Policy.HasCopies)
            .Select(async service => (service.Name, Offer: await LookAsync(service, seenView, cancellation))));
        var offers = found.Where(entry => entry.Offer is not null)
            .ToImmutableSortedDictionary(entry => entry.Name, entry => entry.Offer!, StringComparer.Ordinal);
        answer(new NodeInput.Looked(new NodeOffers(look.Seen, offers), look.AskedAt));
    }

    /// <summary>One offer for all units of a service: no newer than the oldest of them. Null if there are none.</summary>
    public static Offer? Whole(IEnumerable<Offer> parts)
    {
        var offers = parts.ToList();
        if (offers.Count == 0)
        {
            return null;
        }

        var epoch = new Epoch(offers.Min(offer => offer.Epoch.Value));
        var age = offers.Max(offer => offer.Age);

        // What is in sync everywhere says nothing about which copy of the others is newer.
        return offers.Exists(offer => offer.IsHead) ? Offer.Head(epoch) with { Age = age }
            : offers.TrueForAll(offer => offer.IsInSync) ? Offer.InSync(epoch)
            : new Offer(epoch, offers.Where(offer => !offer.IsInSync).Sum(offer => offer.Position), age);
    }

    private async Task<Offer?> LookAsync(RunnableService service, ClusterView? seen, CancellationToken cancellation)
    {
        var record = seen?.Record.Service(service.Name);
        var offers = await Task.WhenAll(service.Units.Select(unit => LookAsync(unit, record, IsLost(seen, record), cancellation)));
        return offers.Contains(null) ? null : Whole(offers.OfType<Offer>());
    }

    // Only when it matters is the storage asked: what arrives meanwhile is known anyway.
    private static bool IsLost(ClusterView? seen, ServiceRecord? record) => seen is null || record is null || !seen.IsHeld(record);

    private async Task<Offer?> LookAsync(UnitId unit, ServiceRecord? service, bool isLost, CancellationToken cancellation)
    {
        if (world.Synchronous(unit.Backend) is { } synchronous)
        {
            // Its storage answers for all nodes alike. A writer that is here goes on: it is not weighed.
            return service is null ? null : await synchronous.OfferAsync(unit, world.Self, service.Epoch, service.Last == world.Self, cancellation);
        }

        if (world.Registry.Find(unit) is not { } record || world.Replicated(unit.Backend) is not { } backend)
        {
            return null;
        }

        if (record.Writer == world.Self)
        {
            // Of an epoch that has passed: what was written here last has parted from what the others have.
            return service is null || service.Epoch <= record.Epoch ? await HeadAsync(backend, record, cancellation) : null;
        }

        var report = !isLost && copies.LastReport(unit) is { } last ? last : await ReportAsync(backend, unit, cancellation);
        return report is null ? null : Worth(report, world.Registry.UnchangedSince(unit));
    }

    // Storage that does not answer is not storage without a copy: an older copy elsewhere would be chosen without a word.
    private async Task<CopyReport?> ReportAsync(ReplicatedBackend backend, UnitId unit, CancellationToken cancellation)
    {
        var before = copies.LastReport(unit);
        var report = await copies.ReportAsync(backend, unit, cancellation);
        return report.IsOk ? report.Value : report.Fault.Code == FaultCode.NotFound ? null : before;
    }

    private static async Task<Offer?> HeadAsync(ReplicatedBackend backend, UnitRecord record, CancellationToken cancellation)
    {
        var role = await backend.Roles.GetRoleAsync(record.Unit, cancellation);
        var isThere = role.IsOk ? role.Value.Role is Role.Reader or Role.Writer : role.Fault.Code != FaultCode.NotFound;
        return isThere ? Offer.Head(record.Epoch) : null;
    }

    private Offer? Worth(CopyReport report, UnchangedSince? word)
    {
        if (report.Complete is not { } whole || SnapshotName.Parse(whole) is not { } name || report.DataAsOf is not { } asOf
            || report.History.Volumes.Any(volume => volume.HeadChanged == Answer.Yes))
        {
            return null;
        }

        var newest = word is { } said && said.Snapshot == whole && said.AsOf > asOf && said.IsAbout(report.History) ? said.AsOf : asOf;
        var age = time.GetUtcNow() - newest;
        return new Offer(name.Epoch, name.Number, age > TimeSpan.Zero ? age * Caution : TimeSpan.Zero);
    }
}
