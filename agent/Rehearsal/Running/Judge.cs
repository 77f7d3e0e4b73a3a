using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Rehearsal.Reports;

namespace NodeAgent.Rehearsal.Running;

/// <summary>Looks at what the storage takes, never at what agents believe.</summary>
internal sealed class Judge(World world)
{
    private readonly Dictionary<string, Lineage> lineages = new(StringComparer.Ordinal);

    public List<Violation> Violations { get; } = [];

    public Limits Limits { get; } = new(world);

    /// <summary>Called whenever something could have begun or ended writing.</summary>
    public void Look(string service)
    {
        var lineage = Of(service);
        var now = world.Agenda.Now;
        if (world.Policy(service).StorageExcludes)
        {
            lineage.Opened = All().Where(machine => machine.IsUp && machine.Service(service).IsOpen)
                .Select(machine => machine.Service(service).Epoch).Append(lineage.Opened).Max();
        }

        // Where the storage refuses an old writer, its tries are no writes.
        var writers = All().Where(machine => machine.Writes(service) && machine.Service(service).Epoch >= lineage.Opened).ToList();
        if (writers.Count > 1)
        {
            Break("one writer", $"{service} is written by {string.Join(" and ", writers.Select(writer => $"{writer.Plan.Name} in epoch {writer.Service(service).Epoch}"))}");
        }

        // A writer that stands still, or whose disks do, acknowledges nothing.
        writers.RemoveAll(writer => !writer.Stores(service) || !world.Mirrors.Acknowledges(writer, service));
        foreach (var writer in writers)
        {
            Begin(service, lineage, writer, now);
        }

        if (lineage.Writer is { } before && !writers.Contains(before))
        {
            lineage.Writer = null;
            lineage.LastWrite = now;
            End(service, lineage, before, now);
        }
    }

    private void End(string service, Lineage lineage, SimMachine before, long now)
    {
        if (world.Mirrors.Of(service) is { } mirror)
        {
            world.Mirrors.Ended(mirror, service, lineage.Epoch);
        }
        else
        {
            before.Copy(service).Head = (lineage.Epoch, now);
        }
    }

    /// <summary>A node took a service and said what is lost at most. If it never wrote, the next one's loss comes on top.</summary>
    public void State(string service, TimeSpan loss, bool isAccepted)
    {
        if (!isAccepted && loss > world.Policy(service).LossLimit)
        {
            Break("no loss beyond the limit", FormattableString.Invariant($"{service} was taken although {loss.TotalSeconds:0.##} s are lost"));
        }

        Add(service, loss);
    }

    /// <summary>A node takes what another had, and never said that it let go of it.</summary>
    public void Takes(string service, NodeId from, NodeId by, ArmRecord arm)
    {
        if (!arm.IsArmed && from != by)
        {
            Break("disarmed, no node takes from another", $"{service} was taken from {from} by {by}, although takeovers are disarmed: {arm.Reason}");
        }
    }

    private void Add(string service, TimeSpan loss) => Of(service).Stated = loss < TimeSpan.MaxValue / 2 ? Of(service).Stated + loss : TimeSpan.MaxValue / 2;

    /// <summary>How long nobody wrote.</summary>
    public TimeSpan Down(string service)
    {
        var lineage = Of(service);
        return TimeSpan.FromTicks((lineage.Down + (lineage.Writer is null && lineage.Epoch > 0 ? world.Agenda.Now - lineage.LastWrite : 0)) / 100);
    }

    /// <summary>What was lost in all.</summary>
    public TimeSpan Lost(string service) => TimeSpan.FromTicks(Of(service).Lost / 100);

    public void Break(string promise, string what) => Violations.Add(new Violation(world.Time, promise, what));

    private IEnumerable<SimMachine> All() => world.Machines.Concat(world.Twins.Agents.Select(twin => twin.Machine));

    private Lineage Of(string service) => lineages.TryGetValue(service, out var found) ? found : lineages[service] = new Lineage();

    private void Begin(string service, Lineage lineage, SimMachine writer, long now)
    {
        var epoch = writer.Service(service).Epoch;
        if (epoch < lineage.Epoch)
        {
            Break("epochs grow", $"{service} is written by {writer.Plan.Name} in epoch {epoch} after epoch {lineage.Epoch}");
        }

        if (epoch == lineage.Epoch && lineage.Holder is { } holder && holder != writer && world.Policy(service).HasCopies)
        {
            Break("an epoch has one writer", $"{service} is written by {writer.Plan.Name} in epoch {epoch}, in which {holder.Plan.Name} wrote");
        }

        if (epoch > lineage.Epoch)
        {
            Succeed(service, lineage, writer, epoch);
        }

        lineage.Holder = writer;

        if (lineage.Writer is null && lineage.LastWrite > 0)
        {
            lineage.Down += now - lineage.LastWrite;
        }

        lineage.Writer = writer;
        lineage.LastWrite = now;
        if (world.Mirrors.Of(service) is { } mirror)
        {
            world.Mirrors.Began(mirror, service, writer);
        }
    }

    private void Succeed(string service, Lineage lineage, SimMachine writer, long epoch)
    {
        var lost = lineage.Epoch == 0 || !world.Policy(service).HasCopies ? 0 : Math.Max(0, lineage.LastWrite - writer.Copy(service).Reaches);
        var stated = lineage.Stated;
        if (lost / 100 > stated.Ticks + TimeSpan.TicksPerMillisecond)
        {
            Break("no write is lost in silence", FormattableString.Invariant(
                $"{service} begins on {writer.Plan.Name} in epoch {epoch} without {lost / 1e9:0.##} s of writes; {stated.TotalSeconds:0.##} s were stated"));
        }

        lineage.Lost += lost;
        lineage.Stated = TimeSpan.Zero;
        lineage.Epoch = epoch;
    }

    private sealed class Lineage
    {
        public long Epoch { get; set; }

        public SimMachine? Writer { get; set; }

        public SimMachine? Holder { get; set; }

        public long LastWrite { get; set; }

        public long Opened { get; set; }

        public long Lost { get; set; }

        public TimeSpan Stated { get; set; }

        public long Down { get; set; }
    }
}
