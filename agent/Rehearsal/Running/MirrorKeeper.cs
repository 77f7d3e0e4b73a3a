using NodeAgent.Core.Views;

namespace NodeAgent.Rehearsal.Running;

/// <summary>
/// Storage that writes all copies at once, as DRBD and a mirror over two nodes do: without one of its copies a writer stands
/// still until it is recorded that the copy misses what comes.
/// </summary>
internal sealed class MirrorKeeper(World world, Flaw flaw)
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    // A path that is back within that time is no reason to give a copy up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Resync = TimeSpan.FromSeconds(20);
    private readonly SortedDictionary<string, SimMirror> mirrors = new(StringComparer.Ordinal);

    /// <summary>All copies are whole as the rehearsal begins.</summary>
    public void Begin(Plans.ServicePlan service)
    {
        var policy = service.Policy;
        mirrors[policy.Name] = new SimMirror(policy.Nodes.Select(node => node.Value));
        foreach (var node in policy.Nodes)
        {
            world.Machine(node.Value).Copy(policy.Name).Snapshot = (CopyKeeper.First, CopyKeeper.First, 0);
        }
    }

    /// <summary>Looks after all of them from now on.</summary>
    public void Watch()
    {
        if (mirrors.Count == 0)
        {
            return;
        }

        foreach (var (name, mirror) in mirrors)
        {
            if (mirror.Writer is { } node && world.Machine(node) is { IsUp: true, IsStalled: false } writer && writer.Service(name).IsOpen)
            {
                Keep(name, mirror, writer);
            }
        }

        world.Agenda.After(Every, Watch);
    }

    /// <summary>The service's copies; null if its storage does not keep them itself.</summary>
    public SimMirror? Of(string service) => mirrors.GetValueOrDefault(service);

    /// <summary>Links or power changed: writers may stand still, or go on.</summary>
    public void Look()
    {
        foreach (var service in mirrors.Keys)
        {
            world.Judge.Look(service);
        }
    }

    /// <summary>Why the disk of a node cannot fail here; null: it can. The last whole copy never does: that would be a loss that nobody can help.</summary>
    public string? WhyNoDiskFails(string service, string node) =>
        Of(service) is not { } mirror ? $"the storage of {service} does not write its copies at once"
        : !mirror.Whole.Any(other => other != node && mirror.Certified.Contains(other)) ? "no other copy is known to be whole"
        : !world.Policy(service).Nodes.Any(other => other.Value == node) ? $"{node} has no copy of it"
        : null;

    /// <summary>What a node's disk held of a service is gone.</summary>
    public void LoseDisk(string service, string node)
    {
        var mirror = mirrors[service];
        world.Judge.Look(service);
        mirror.Whole.Remove(node);
        mirror.Empty.Add(node);
        world.Judge.Look(service);
    }

    /// <summary>Why a service that runs on a node had better run elsewhere; null: it is well there.</summary>
    public string? Unsuited(SimMachine machine, string service) =>
        Of(service) is { } mirror && mirror.Writer == machine.Plan.Name && machine.Service(service).HasLostDisk && !mirror.Certified.Contains(machine.Plan.Name)
            && mirror.Certified.Any(node => IsConnected(service, machine, node)) ? "its disk has failed" : null;

    /// <summary>True if writes of an open unit are acknowledged there.</summary>
    public bool Acknowledges(SimMachine writer, string service) => Of(service) is not { } mirror
        || (mirror.Writer == writer.Plan.Name && HasSomewhere(service, mirror, writer) && mirror.Certified.All(node => node == mirror.Writer || IsWith(service, mirror, writer, node)));

    /// <summary>Writes were acknowledged until now.</summary>
    public void Ended(SimMirror mirror, string service, long epoch)
    {
        foreach (var node in mirror.Whole)
        {
            Hold(node, service, epoch);
        }
    }

    /// <summary>Writes are acknowledged from now on: a copy that does not get them is not whole any more.</summary>
    public void Began(SimMirror mirror, string service, SimMachine writer)
    {
        if (!mirror.Whole.Contains(writer.Plan.Name) && !mirror.Empty.Contains(writer.Plan.Name))
        {
            mirror.Whole.Clear();
            mirror.Whole.Add(writer.Plan.Name);
        }

        foreach (var node in mirror.Whole.Where(node => node != writer.Plan.Name && !IsConnected(service, writer, node)).ToList())
        {
            Hold(node, service, writer.Service(service).Epoch);
            mirror.Whole.Remove(node);
        }
    }

    /// <summary>Opens the units in the storage; why not, or null.</summary>
    public string? Claim(SimMachine machine, string service)
    {
        if (Of(service) is not { } mirror)
        {
            return null;
        }

        var self = machine.Plan.Name;
        var others = world.Policy(service).Nodes.Select(node => node.Value).Where(node => node != self).ToList();
        var refused = !world.Network.ReachesStore(machine) ? "the store does not answer"
            : mirror.Empty.Contains(self) ? "there is nothing on its disk"
            : !mirror.Certified.Contains(self) && flaw != Flaw.IgnoresCertificates ? "the copy here misses writes"
            : others.FirstOrDefault(node => world.Network.Reach(machine, world.Machine(node)) && world.Machine(node).Service(service).IsOpen) is { } open ? $"it is open on {open}"
            : null;
        if (refused is null)
        {
            mirror.Writer = self;
            mirror.Links.Clear();
            mirror.Certified.RemoveWhere(node => node != self && (mirror.Empty.Contains(node) || !IsConnected(service, machine, node)));
        }

        return refused;
    }

    /// <summary>Why a node cannot go on with it right now, or null.</summary>
    public string? Objection(SimMachine writer, SimMirror mirror, string service, string target) =>
        !world.Network.ReachesStore(writer) ? "the store does not answer"
        : mirror.Certified.Contains(target) && !mirror.Empty.Contains(target) && IsConnected(service, writer, target) ? null
        : $"the copy of {target} misses writes";

    /// <summary>What a node's copy is worth: its storage says it for all nodes alike.</summary>
    public Offer? OfferOf(SimMachine machine, SimMirror mirror, string service) =>
        (mirror.Certified.Contains(machine.Plan.Name) || flaw == Flaw.IgnoresCertificates) && world.Network.ReachesStore(machine)
            && world.Agent(machine.Plan.Name)?.State.View?.Record.Service(service) is { } record ? Offer.InSync(record.Epoch) : null;

    private void Keep(string service, SimMirror mirror, SimMachine writer)
    {
        KeepOwn(service, mirror, writer);
        foreach (var node in world.Policy(service).Nodes.Select(node => node.Value).Where(node => node != writer.Plan.Name))
        {
            var isConnected = IsConnected(service, writer, node);
            if (!mirror.Links.TryGetValue(node, out var link) || link.IsConnected != isConnected)
            {
                mirror.Links[node] = link = (isConnected, world.Agenda.Now);
            }

            var lasted = TimeSpan.FromTicks((world.Agenda.Now - link.Since) / 100);
            if (mirror.Empty.Contains(writer.Plan.Name) && !isConnected)
            {
                // The only copy that is whole is not given up: writes wait for it.
                continue;
            }

            if (mirror.Empty.Contains(node) || (!isConnected && lasted >= Patience))
            {
                GiveUp(service, mirror, writer, node);
            }

            if (isConnected)
            {
                TakeIn(service, mirror, writer, node, lasted);
            }
        }
    }

    // Without its own disk it records that, and goes on with the other; a new one is filled from there.
    private void KeepOwn(string service, SimMirror mirror, SimMachine writer)
    {
        var self = writer.Plan.Name;
        if (mirror.Empty.Contains(self))
        {
            GiveUp(service, mirror, writer, self);
        }

        if (!mirror.Empty.Contains(self) || !HasSomewhere(service, mirror, writer))
        {
            mirror.Links.Remove(self);
            return;
        }

        var isNew = !writer.Service(service).HasLostDisk;
        if (!mirror.Links.TryGetValue(self, out var link) || link.IsConnected != isNew)
        {
            mirror.Links[self] = link = (isNew, world.Agenda.Now);
        }

        if (isNew)
        {
            TakeIn(service, mirror, writer, self, TimeSpan.FromTicks((world.Agenda.Now - link.Since) / 100));
        }
    }

    // Writes go to a disk that has all before them: here, or on a node that is connected.
    private bool HasSomewhere(string service, SimMirror mirror, SimMachine writer) => !mirror.Empty.Contains(writer.Plan.Name)
        || mirror.Whole.Any(node => node != writer.Plan.Name && IsConnected(service, writer, node));

    private void GiveUp(string service, SimMirror mirror, SimMachine writer, string node)
    {
        if (mirror.Certified.Contains(node) && world.Network.ReachesStore(writer))
        {
            mirror.Certified.Remove(node);
            world.Tell(writer.Plan.Name, $"records that the copy of {service} on {node} misses what is written from now on");
            world.Judge.Look(service);
        }
    }

    private void TakeIn(string service, SimMirror mirror, SimMachine writer, string node, TimeSpan lasted)
    {
        if (lasted >= Resync && mirror.Whole.Add(node))
        {
            mirror.Empty.Remove(node);
            Hold(node, service, writer.Service(service).Epoch);
        }

        if (!mirror.Certified.Contains(node) && (mirror.Whole.Contains(node) || flaw == Flaw.CertifiesTooEarly) && world.Network.ReachesStore(writer))
        {
            mirror.Certified.Add(node);
            world.Tell(writer.Plan.Name, $"records that the copy of {service} on {node} is whole again");
        }
    }

    private void Hold(string node, string service, long epoch) =>
        world.Machine(node).Copy(service).Snapshot = (epoch, epoch, world.Agenda.Now);

    private bool IsWith(string service, SimMirror mirror, SimMachine writer, string node) => IsConnected(service, writer, node)
        || (flaw == Flaw.WritesOnBeforeItIsRecorded && mirror.Links.GetValueOrDefault(node) is { IsConnected: false, Since: > 0 });

    private bool IsConnected(string service, SimMachine writer, string node) =>
        world.Machine(node) is { IsStalled: false } other && world.Network.Reach(writer, other) && !other.Service(service).IsOpen && !other.Service(service).HasLostDisk;
}
