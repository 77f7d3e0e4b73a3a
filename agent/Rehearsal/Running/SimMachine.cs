using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Views;
using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Rehearsal.Running;

/// <summary>The hardware and the kernel of a node: power, clock, watchdog with its guard, and what runs.</summary>
internal sealed class SimMachine(int index, NodePlan plan, Agenda agenda)
{
    private long bootedAt;

    public int Index { get; } = index;

    public NodePlan Plan { get; } = plan;

    /// <summary>True if it is a second machine under the name of another.</summary>
    public bool IsTwin { get; init; }

    /// <summary>True while it has power and is booted.</summary>
    public bool IsUp { get; private set; }

    /// <summary>True while it has power and is not yet up.</summary>
    public bool IsBooting { get; private set; }

    public bool HasPower => IsUp || IsBooting;

    /// <summary>Counts tries to boot, and what ends them.</summary>
    public int Attempt { get; private set; }

    /// <summary>Counts boots; names the kernel's boot id.</summary>
    public int Boots { get; private set; }

    /// <summary>True time until which all of it stands still, but for the watchdog.</summary>
    public long StalledUntil { get; set; }

    /// <summary>How long a question or an answer may be under way.</summary>
    public TimeSpan Slowness { get; set; } = TimeSpan.FromMilliseconds(6);

    /// <summary>True once everything was mended: switched off in order or by a fence agent, it is switched on again.</summary>
    public bool ComesBack { get; set; }

    /// <summary>True if the guard knows that its watchdog works.</summary>
    public bool HasWatchdog { get; set; } = plan.HasWatchdog;

    /// <summary>False if the watchdog does not fire, and nobody knows.</summary>
    public bool WatchdogFires { get; set; } = true;

    /// <summary>False if the fence device does not answer.</summary>
    public bool FenceWorks { get; set; } = true;

    /// <summary>Until when the guard feeds, on the boot clock; null: it counts nothing.</summary>
    public Instant? Deadline { get; set; }

    /// <summary>Grows with each release: what was begun before has no effect any more.</summary>
    public int Releases { get; set; }

    public SortedDictionary<string, SimService> Services { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, SimCopy> Copies { get; } = new(StringComparer.Ordinal);

    /// <summary>What its agent has seen of the store, on its disk.</summary>
    public StoreMemory Memory { get; set; } = StoreMemory.Empty;

    public bool IsStalled => StalledUntil > agenda.Now;

    public string BootId => $"{Plan.Name}{(IsTwin ? "-twin" : "")}-{Boots}";

    /// <summary>How fast its boot clock runs.</summary>
    public double Rate => 1 + (Plan.ClockError / 1_000_000);

    /// <summary>The boot clock.</summary>
    public Instant Clock => new((long)((agenda.Now - bootedAt) * Rate) + 1_000_000_000);

    /// <summary>True time at which the boot clock shows that.</summary>
    public long When(Instant instant) => bootedAt + (long)((instant.Nanoseconds - 1_000_000_000) / Rate);

    public SimService Service(string name) => Services.TryGetValue(name, out var service) ? service : Services[name] = new SimService();

    public SimCopy Copy(string name) => Copies.TryGetValue(name, out var copy) ? copy : Copies[name] = new SimCopy();

    public bool Writes(string name) =>
        IsUp && !IsStalled && Services.TryGetValue(name, out var service) && service is { IsOpen: true, IsRunning: true, IsFrozen: false };

    /// <summary>True if what it writes reaches its disks.</summary>
    public bool Stores(string name) => Writes(name) && !Service(name).Hangs;

    /// <summary>True if its units are open here, or its parts run: whether or not anybody wants that.</summary>
    public bool Holds(string name) => IsUp && Services.TryGetValue(name, out var service) && (service.IsOpen || service.IsRunning);

    /// <summary>It has power, and is not up yet. Names the try.</summary>
    public int BeginBoot()
    {
        IsBooting = true;
        return ++Attempt;
    }

    public void Boot()
    {
        (IsUp, IsBooting) = (true, false);
        Boots++;
        bootedAt = agenda.Now;
        StalledUntil = 0;
    }

    /// <summary>Everything that is not on a disk is gone.</summary>
    public void Die()
    {
        (IsUp, IsBooting) = (false, false);
        Attempt++;
        Deadline = null;
        Releases++;
        foreach (var service in Services.Values)
        {
            (service.IsOpen, service.IsRunning, service.IsFrozen) = (false, false, false);
        }
    }

    /// <summary>When the watchdog resets this node unless the guard hears of a later deadline.</summary>
    public long ResetAt(Timings timings, double share) => When(Deadline!.Value) + (FiresAfter(timings, share).Ticks * 100);

    /// <summary>How long after its last feed the watchdog fires.</summary>
    /// <param name="timings">The device's timeout and slack.</param>
    /// <param name="share">How much of what a device may differ it does.</param>
    public static TimeSpan FiresAfter(Timings timings, double share) => (timings.Choice.Device * 0.9) + (((timings.Choice.Device * 0.1) + timings.Choice.DeviceSlack) * share);
}
