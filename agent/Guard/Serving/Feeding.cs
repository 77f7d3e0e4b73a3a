using NodeAgent.Guard.Deciding;
using NodeAgent.Guard.Devices;
using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Serving;

/// <summary>Keeps what was decided, and the device, in step.</summary>
internal sealed class Feeding
{
    private const long LookAgainAfter = 5 * KernelClock.Second;
    private const long LongestBeat = 500 * KernelClock.Millisecond;
    private const long ShortestBeat = 50 * KernelClock.Millisecond;
    private const int BeatsPerTimeout = 16;
    private const int LongestTimeout = 3600;

    private readonly GuardOptions options;
    private readonly KeptState kept;
    private readonly LastWords words;
    private readonly SystemdNotice systemd;
    private readonly LastResort lastResort;
    private WatchdogDevice? device;
    private GuardState state;
    private int storedDevice = -1;
    private int wantedSeconds;
    private long nextBeat;
    private long nextLook;
    private bool pulled;

    public Feeding(GuardOptions options, KeptState kept, LastWords words, SystemdNotice systemd, LastResort lastResort)
    {
        (this.options, this.kept, this.words, this.systemd, this.lastResort) = (options, kept, words, systemd, lastResort);
        wantedSeconds = options.Timeout;
        state = new() { AgentUserId = options.User, LongestLease = options.LongestLease * KernelClock.Second };
    }

    public GuardSight Sight { get; } = new();

    public GuardState State => state;

    public int DeviceDescriptor => device?.Descriptor ?? -1;

    /// <summary>True since the phase last changed, until it is asked.</summary>
    public bool Changed { get; private set; }

    /// <summary>When something is to be done even if nobody says anything.</summary>
    public long NextWake => Math.Min(state.Phase == GuardPhase.Armed ? Math.Min(nextBeat, state.Deadline) : nextBeat, ResetBy(state));

    private long Interval => Math.Clamp(Sight.TimeoutMilliseconds * KernelClock.Millisecond / BeatsPerTimeout, ShortestBeat, LongestBeat);

    /// <summary>Goes on where the guard before this one stopped. What is not known for certain is not fed.</summary>
    public void TakeOver(int deviceDescriptor)
    {
        if (kept.Read() is not { } record)
        {
            if (deviceDescriptor < 0)
            {
                return;
            }

            record = new(GuardPhase.Expired, 0, 0, true, 0);
        }

        Sight.Flags |= GuardSight.Kept;
        // When the guard before this one fed last is not known: not later than now.
        Sight.LastFed = KernelClock.Now;
        // What the agent asked for counts on: it reckons with it.
        wantedSeconds = record.TimeoutMilliseconds > 0 ? record.TimeoutMilliseconds / 1000 : wantedSeconds;
        if (record.Phase == GuardPhase.Disarmed && !record.Runs)
        {
            return;
        }

        device = DeviceChoice.Make(options.Device);
        var taken = device?.TakeOver(deviceDescriptor, record.Runs, record.TimeoutMilliseconds) ?? false;
        if (!taken && record.Phase != GuardPhase.Disarmed)
        {
            StartLog.Fail("the device is not the one that the guard before this one fed: nothing is armed before it is attested anew");
        }

        state = (state with { Phase = record.Phase, Deadline = record.Deadline, Epoch = record.Epoch, HasDevice = taken }).At(KernelClock.Now);
        storedDevice = deviceDescriptor;
        Describe();
    }

    /// <summary>Looks for the device and sets the timeout that was asked for last. Nothing may be owned.</summary>
    public bool Attest(int inherited = -1)
    {
        device ??= DeviceChoice.Make(options.Device);
        if (inherited >= 0 && device is { Descriptor: < 0 })
        {
            _ = device.TakeOver(inherited, true, 0);
        }

        var attested = device?.Attest(wantedSeconds) ?? false;
        state = state with { HasDevice = attested };
        if (!attested)
        {
            device = device is { Descriptor: >= 0 } ? device : null;
        }

        Describe();
        Keep();
        return attested;
    }

    /// <summary>What time asks for. True if the device was due.</summary>
    public void Beat(long now)
    {
        var next = state.At(now);
        if (now >= ResetBy(next))
        {
            // Before all else, and with few words: what this machine writes now, another one may write, too.
            pulled = true;
            words.Overdue();
            lastResort.Pull(device!);
        }

        Observe(next, now);
        if (now < nextBeat)
        {
            return;
        }

        // A beat that was missed is not made up for.
        nextBeat = Math.Max(nextBeat + Interval, now);
        if (!state.HasDevice && state.Phase == GuardPhase.Disarmed && now >= nextLook)
        {
            nextLook = now + LookAgainAfter;
            _ = Attest();
        }

        FeedIfAllowed();
    }

    /// <summary>What a message asks for.</summary>
    public Verdict Handle(in GuardMessage message, ReadOnlySpan<byte> reason)
    {
        var now = KernelClock.Now;
        var (next, verdict) = state.Step(now, message);
        if (verdict == Verdict.Accepted)
        {
            verdict = Act(now, next, message, reason);
        }
        else
        {
            Observe(next, now);
        }

        Sight.Refused += verdict == Verdict.Accepted ? 0 : 1;
        return verdict;
    }

    public bool TakeChanged()
    {
        var changed = Changed;
        Changed = false;
        return changed;
    }

    /// <summary>For a guard that ends for good; nothing may be owned.</summary>
    public void Release()
    {
        device?.Release();
        systemd.Drop("device"u8);
        systemd.Drop("state"u8);
        systemd.Drop("socket"u8);
    }

    private Verdict Act(long now, in GuardState next, in GuardMessage message, ReadOnlySpan<byte> reason)
    {
        switch (message.Kind)
        {
            case MessageKind.Attest:
                wantedSeconds = (int)Math.Clamp(message.DeadlineNanoseconds / KernelClock.Second, 1, LongestTimeout);
                return Attest() ? Verdict.Accepted : Verdict.NoDevice;
            case MessageKind.Arm when state.Phase == GuardPhase.Disarmed:
                return Arm(now, next);
            case MessageKind.Disarm when state.Phase != GuardPhase.Disarmed:
                device?.Stop();
                break;
            case MessageKind.Condemn when state.Phase != GuardPhase.Condemned:
                words.Condemned(reason);
                break;
            default:
                break;
        }

        var fresh = next.Phase == GuardPhase.Armed && state.Phase != GuardPhase.Armed;
        Observe(next, now);
        Keep();
        if (fresh)
        {
            // The reset is near.
            FeedIfAllowed();
        }

        return Verdict.Accepted;
    }

    // Written down first: a guard that dies between the two feeds too much by nothing, and forgets nothing.
    private Verdict Arm(long now, in GuardState next)
    {
        var before = state;
        kept.Write(new(next.Phase, next.Deadline, next.Epoch, true, Sight.TimeoutMilliseconds));
        if (device is null || !device.TryStart())
        {
            state = before with { HasDevice = false };
            device?.Stop();
            Keep();
            return Verdict.NoDevice;
        }

        Sight.LastFed = KernelClock.Now;
        pulled = false;
        Observe(next, now);
        Keep();
        return Verdict.Accepted;
    }

    // Once only: where it does not work, trying again and again would take the time that feeding may need.
    private long ResetBy(in GuardState seen) => !pulled && seen.HasDevice && lastResort.Serves(device)
        ? seen.ResetBy(Sight.LastFed, Sight.TimeoutMilliseconds * KernelClock.Millisecond)
        : GuardState.Never;

    private void FeedIfAllowed()
    {
        if (device is null || !state.MayFeed(KernelClock.Now, device.Runs))
        {
            return;
        }

        if (!device.Feed())
        {
            Sight.FailedFeeds++;
            return;
        }

        Sight.LastFed = KernelClock.Now;
        pulled = false;
        if (state.Phase == GuardPhase.Armed && Sight.LastFed >= state.Deadline)
        {
            words.FedLate(Sight.LastFed - state.Deadline);
        }
    }

    private void Observe(in GuardState next, long now)
    {
        var before = state.Phase;
        state = next;
        if (before == next.Phase)
        {
            return;
        }

        Changed = true;
        words.Changed(before, next, Sight, now);
        kept.Write(new(state.Phase, state.Deadline, state.Epoch, device?.Runs ?? false, Sight.TimeoutMilliseconds));
    }

    private void Keep()
    {
        kept.Write(new(state.Phase, state.Deadline, state.Epoch, device?.Runs ?? false, Sight.TimeoutMilliseconds));
        if (DeviceDescriptor == storedDevice)
        {
            return;
        }

        systemd.Drop("device"u8);
        storedDevice = DeviceDescriptor;
        if (storedDevice >= 0)
        {
            systemd.Keep(storedDevice, "device"u8);
        }
    }

    private void Describe()
    {
        const uint own = GuardSight.Kept | GuardSight.RealTime | GuardSight.Locked;
        Sight.Flags = (Sight.Flags & own) | (device?.Flags ?? 0);
        Sight.TimeoutMilliseconds = device?.TimeoutMilliseconds ?? 0;
        Sight.PretimeoutMilliseconds = device?.PretimeoutMilliseconds ?? 0;
        Sight.Identify(device?.Identity ?? []);
    }
}
