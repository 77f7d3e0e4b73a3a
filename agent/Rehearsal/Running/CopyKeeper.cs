using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Rehearsal.Running;

/// <summary>Brings copies up to date, as replication does.</summary>
internal sealed class CopyKeeper(World world)
{
    private readonly HashSet<string> paused = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> numbers = new(StringComparer.Ordinal);

    /// <summary>The first epoch, and the number of its snapshot that all copies hold.</summary>
    public const long First = 1;

    /// <summary>As the rehearsal begins all allowed nodes hold the same; what is new is empty, and the data of its first node.</summary>
    public void Begin(Plans.ServicePlan service)
    {
        var policy = service.Policy;
        if (service.IsNew)
        {
            world.Machine(service.On ?? policy.Nodes[0].Value).Copy(policy.Name).Head = (First, 0);
            return;
        }

        numbers[policy.Name] = First;
        foreach (var node in policy.Nodes)
        {
            world.Machine(node.Value).Copy(policy.Name).Snapshot = (First, First, 0);
        }
    }

    public void Pause(string service) => paused.Add(service);

    public void Resume(string service) => paused.Remove(service);

    public void ResumeAll() => paused.Clear();

    /// <summary>A cycle: a snapshot here, and on every copy that can be reached.</summary>
    public void Cycle(SimMachine writer, string service)
    {
        if (!paused.Contains(service) && writer.Stores(service))
        {
            Snapshot(writer, service);
            foreach (var node in world.Policy(service).Nodes)
            {
                Receive(writer, service, world.Machine(node.Value));
            }
        }
    }

    /// <summary>Brings one copy up to date; why not, or null.</summary>
    public string? Send(SimMachine writer, string service, string target)
    {
        if (world.Mirrors.Of(service) is { } mirror)
        {
            return world.Mirrors.Objection(writer, mirror, service, target);
        }

        if (writer.Service(service).Hangs)
        {
            return "its disks answer nothing";
        }

        Snapshot(writer, service);
        return Receive(writer, service, world.Machine(target)) ? null : $"{target} does not take it";
    }

    /// <summary>The last snapshot of a tenure, sent to all copies that can be reached.</summary>
    public Offer? End(SimMachine writer, string service, Epoch epoch)
    {
        if (!world.Policy(service).HasCopies)
        {
            return null;
        }

        if (world.Mirrors.Of(service) is not null)
        {
            return Offer.InSync(epoch);
        }

        var sim = writer.Service(service);
        if (sim.IsOpen && sim.Epoch == epoch.Value)
        {
            Snapshot(writer, service);
            foreach (var node in world.Policy(service).Nodes)
            {
                Receive(writer, service, world.Machine(node.Value));
            }
        }

        // Closed, it still is what was written last here. Others are compared with the snapshot, which they may hold.
        var copy = writer.Copy(service);
        return copy.Snapshot.Epoch > 0 && copy.Reaches <= copy.Snapshot.AsOf
            ? new Offer(new Epoch(copy.Snapshot.Epoch), copy.Snapshot.Number, TimeSpan.Zero) : OfferOf(writer, service);
    }

    /// <summary>What a node's copies are worth.</summary>
    public NodeOffers Offers(SimMachine machine, long seen) => new(
        seen,
        machine.Copies.Where(copy => OfferOf(machine, copy.Key) is not null)
            .ToImmutableSortedDictionary(copy => copy.Key, copy => OfferOf(machine, copy.Key)!, StringComparer.Ordinal))
    {
        Known = world.Flaw == Flaw.ForgetsTheStore ? NodeOffers.None.Known : Beyond(machine),
    };

    private ImmutableSortedDictionary<string, Epoch> Beyond(SimMachine machine)
    {
        var record = world.Store.View.Record;
        var beyond = machine.Memory.Beyond(record);
        return world.Flaw == Flaw.TrustsEverySettlement ? beyond.RemoveRange(beyond.Keys.Where(name => record.Service(name)?.Settled is not null)) : beyond;
    }

    private Offer? OfferOf(SimMachine machine, string service)
    {
        if (world.Mirrors.Of(service) is { } mirror)
        {
            return world.Mirrors.OfferOf(machine, mirror, service);
        }

        // A new service that nobody ever had has no data, whatever a restored store knows of it.
        var copy = machine.Copy(service);
        if (world.Store.View.Record.Service(service)?.Epoch == Epoch.None && copy.Reaches == 0)
        {
            return null;
        }

        if (copy.IsHead)
        {
            return Offer.Head(new Epoch(copy.Head.Epoch));
        }

        // One hundredth more: the node that waits and the node that wrote may have clocks that differ.
        return copy.Snapshot.Epoch == 0 ? null
            : new Offer(new Epoch(copy.Snapshot.Epoch), copy.Snapshot.Number, TimeSpan.FromTicks((world.Agenda.Now - copy.Snapshot.AsOf) / 100) * 1.01);
    }

    private void Snapshot(SimMachine writer, string service)
    {
        var number = numbers[service] = numbers.GetValueOrDefault(service) + 1;
        var copy = writer.Copy(service);
        var epoch = writer.Service(service).Epoch;
        var reaches = writer.Stores(service) ? world.Agenda.Now : copy.Reaches;
        copy.Snapshot = (epoch, number, reaches);
        copy.Head = (epoch, reaches);
    }

    // A copy never takes what is older than it is, and never while it is open itself.
    private bool Receive(SimMachine writer, string service, SimMachine target)
    {
        if (target == writer)
        {
            return false;
        }

        var mine = target.Copy(service);
        var theirs = writer.Copy(service).Snapshot;
        if (!world.Network.Reach(writer, target) || target.IsStalled || target.Service(service) is { IsOpen: true } or { Hangs: true } || Math.Max(mine.Snapshot.Epoch, mine.Head.Epoch) > theirs.Epoch)
        {
            return false;
        }

        mine.Snapshot = theirs;
        mine.Head = default;
        return true;
    }
}
