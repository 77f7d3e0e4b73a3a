using NodeAgent.Guard.Deciding;
using NodeAgent.Guard.Native;

namespace NodeAgent.Guard.Serving;

/// <summary>Says what happens and why, before it happens, where no disk is needed to say it.</summary>
internal sealed class LastWords(KernelLog kernel, SystemdNotice systemd)
{
    private const int Longest = 320;

    public void Changed(GuardPhase before, in GuardState state, GuardSight sight, long now)
    {
        switch (state.Phase)
        {
            case GuardPhase.Armed:
                Armed(before, state, sight);
                break;
            case GuardPhase.Expired:
                Expired(state, sight, now);
                break;
            case GuardPhase.Disarmed:
                Disarmed();
                break;
            default:
                // Said with its reason.
                break;
        }
    }

    public void Condemned(ReadOnlySpan<byte> reason)
    {
        var line = new LineBuffer(stackalloc byte[Longest]);
        line.Add("<1>nodeagent-guard: the watchdog is not fed any more and resets this node: the agent says: "u8);
        line.AddForeign(reason);
        kernel.Say(line.Text);
        systemd.Tell("STATUS=The agent asked for the reset of this node."u8);
    }

    /// <summary>Short: a slow console holds up the reset.</summary>
    public void Overdue() => kernel.Say("<0>nodeagent-guard: past the reset, resetting"u8);

    public void FedLate(long by)
    {
        var line = new LineBuffer(stackalloc byte[Longest]);
        line.Add("<2>nodeagent-guard: held up while feeding, the watchdog was fed "u8);
        line.AddSeconds(by);
        line.Add(" s past the deadline"u8);
        kernel.Say(line.Text);
    }

    public void WillNotStop()
    {
        kernel.Say("<4>nodeagent-guard: asked to stop while this node owns something: goes on until the agent disarms"u8);
        systemd.Tell("STATUS=Asked to stop, but this node owns something: waits for the agent to disarm."u8);
    }

    private void Armed(GuardPhase before, in GuardState state, GuardSight sight)
    {
        var line = new LineBuffer(stackalloc byte[Longest]);
        line.Add(before == GuardPhase.Expired ? "<4>nodeagent-guard: fed again, a fresh lease came in time"u8 : "<5>nodeagent-guard: armed"u8);
        line.Add(", epoch "u8);
        line.Add(state.Epoch);
        line.Add(", the watchdog resets "u8);
        line.AddSeconds(sight.TimeoutMilliseconds * KernelClock.Millisecond);
        line.Add(" s after its last feed"u8);
        kernel.Say(line.Text);
        systemd.Tell("STATUS=Armed: feeds the watchdog for as long as the lease holds."u8);
    }

    private void Expired(in GuardState state, GuardSight sight, long now)
    {
        var line = new LineBuffer(stackalloc byte[Longest]);
        line.Add("<1>nodeagent-guard: the lease ended at "u8);
        line.AddSeconds(state.Deadline);
        line.Add(" s after boot and was not renewed: the watchdog, last fed "u8);
        line.AddSeconds(now - sight.LastFed);
        line.Add(" s ago, resets this node within "u8);
        line.AddSeconds(Math.Max(0, sight.LastFed + (sight.TimeoutMilliseconds * KernelClock.Millisecond) - now));
        line.Add(" s"u8);
        kernel.Say(line.Text);
        systemd.Tell("STATUS=The lease ended: the watchdog is not fed and resets this node."u8);
    }

    private void Disarmed()
    {
        kernel.Say("<5>nodeagent-guard: disarmed, this node owns nothing"u8);
        systemd.Tell("STATUS=Disarmed: this node owns nothing."u8);
    }
}
