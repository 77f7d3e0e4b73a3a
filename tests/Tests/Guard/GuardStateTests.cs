using NodeAgent.Guard.Deciding;

namespace NodeAgent.Tests.Guard;

[TestClass]
public sealed class GuardStateTests
{
    private const long Second = 1_000_000_000;
    private static readonly GuardState Idle = new() { HasDevice = true, LongestLease = 60 * Second };

    [TestMethod]
    public void Feeds_before_the_deadline_and_not_from_it_on()
    {
        var armed = Armed(5 * Second);

        Assert.IsTrue(armed.MayFeed((5 * Second) - 1));
        Assert.IsFalse(armed.MayFeed(5 * Second));
        Assert.IsFalse(armed.MayFeed(6 * Second));
        Assert.AreEqual(GuardPhase.Expired, armed.At(5 * Second).Phase);
    }

    [TestMethod]
    [DataRow(4 * Second, (int)Verdict.DeadlineGoesBack)]
    [DataRow(61 * Second + 1, (int)Verdict.DeadlineTooFar)]
    [DataRow(long.MaxValue, (int)Verdict.DeadlineTooFar)]
    [DataRow(1 * Second, (int)Verdict.DeadlinePassed)]
    public void A_renewal_out_of_bounds_changes_nothing(long deadline, int expected)
    {
        var armed = Armed(5 * Second);

        var (after, verdict) = armed.Step(Second, Message(MessageKind.Renew, deadline));

        Assert.AreEqual((Verdict)expected, verdict);
        Assert.AreEqual(armed, after);
    }

    [TestMethod]
    [DataRow((int)MessageKind.Arm)]
    [DataRow((int)MessageKind.Renew)]
    [DataRow((int)MessageKind.Disarm)]
    [DataRow((int)MessageKind.Query)]
    public void Another_user_is_a_stranger(int kind)
    {
        var armed = Armed(5 * Second);

        var (after, verdict) = armed.Step(Second, Message((MessageKind)kind, 6 * Second) with { SenderUserId = 1000 });

        Assert.AreEqual(Verdict.Stranger, verdict);
        Assert.AreEqual(armed, after);
    }

    [TestMethod]
    [DataRow((int)MessageKind.Renew)]
    [DataRow((int)MessageKind.Disarm)]
    public void A_connection_that_did_not_arm_is_a_stranger(int kind)
    {
        var armed = Armed(5 * Second);

        var (after, verdict) = armed.Step(Second, Message((MessageKind)kind, 6 * Second) with { Connection = 8 });

        Assert.AreEqual(Verdict.Stranger, verdict);
        Assert.AreEqual(armed, after);
    }

    [TestMethod]
    public void A_deadline_of_another_boot_is_refused()
    {
        var (after, verdict) = Idle.Step(0, Message(MessageKind.Arm, Second) with { SameBoot = false });

        Assert.AreEqual(Verdict.OtherBoot, verdict);
        Assert.AreEqual(Idle, after);
    }

    [TestMethod]
    public void A_fresh_renewal_before_the_reset_resumes()
    {
        var (after, verdict) = Armed(5 * Second).Step(6 * Second, Message(MessageKind.Renew, 8 * Second));

        Assert.AreEqual(Verdict.Accepted, verdict);
        Assert.IsTrue(after.MayFeed(7 * Second));
    }

    [TestMethod]
    public void An_upgraded_agent_with_a_newer_epoch_takes_over_and_may_shorten()
    {
        var next = Message(MessageKind.Arm, 5 * Second) with { Connection = 8, Epoch = 2 };
        var (after, verdict) = Armed(60 * Second).Step(Second, next);

        Assert.AreEqual(Verdict.Accepted, verdict);
        Assert.AreEqual(5 * Second, after.Deadline);
        Assert.AreEqual(Verdict.Stranger, after.Step(Second, Message(MessageKind.Renew, 9 * Second)).Verdict);
    }

    [TestMethod]
    public void A_restarted_agent_with_the_same_epoch_does_not_shorten()
    {
        var next = Message(MessageKind.Arm, 5 * Second) with { Connection = 8 };

        Assert.AreEqual(Verdict.DeadlineGoesBack, Armed(60 * Second).Step(Second, next).Verdict);
    }

    [TestMethod]
    public void An_old_epoch_neither_arms_nor_disarms()
    {
        var armed = Armed(5 * Second) with { Epoch = 3 };

        Assert.AreEqual(Verdict.OldEpoch, armed.Step(Second, Message(MessageKind.Arm, 6 * Second)).Verdict);
        Assert.AreEqual(Verdict.OldEpoch, armed.Step(Second, Message(MessageKind.Disarm, 0)).Verdict);
    }

    [TestMethod]
    public void Disarmed_is_never_armed_by_a_renewal_nor_without_a_device()
    {
        var without = Idle with { HasDevice = false };

        Assert.AreEqual(Verdict.NotArmed, Idle.Step(0, Message(MessageKind.Renew, Second)).Verdict);
        Assert.AreEqual(Verdict.NoDevice, without.Step(0, Message(MessageKind.Arm, Second)).Verdict);
    }

    [TestMethod]
    public void The_agent_disarms_and_a_reached_deadline_no_longer_matters()
    {
        var (after, verdict) = Armed(5 * Second).Step(6 * Second, Message(MessageKind.Disarm, 0));

        Assert.AreEqual(Verdict.Accepted, verdict);
        Assert.AreEqual(GuardPhase.Disarmed, after.At(90 * Second).Phase);
    }

    [TestMethod]
    public void The_user_that_was_configured_is_trusted_and_nobody_else()
    {
        var idle = Idle with { AgentUserId = 1000 };

        Assert.AreEqual(Verdict.Accepted, idle.Step(0, Message(MessageKind.Arm, Second) with { SenderUserId = 1000 }).Verdict);
        Assert.AreEqual(Verdict.Stranger, idle.Step(0, Message(MessageKind.Arm, Second) with { SenderUserId = 1001 }).Verdict);
    }

    [TestMethod]
    public void An_agent_that_was_restarted_adopts_without_touching_the_deadline_and_may_then_disarm()
    {
        var expired = Armed(5 * Second).At(6 * Second);
        var adopted = expired.Step(6 * Second, Message(MessageKind.Adopt, 0) with { Connection = 8 });

        Assert.AreEqual(Verdict.Accepted, adopted.Verdict);
        Assert.AreEqual(expired with { Agent = 8 }, adopted.State);
        Assert.AreEqual(GuardPhase.Disarmed, adopted.State.Step(7 * Second, Message(MessageKind.Disarm, 0) with { Connection = 8 }).State.Phase);
    }

    [TestMethod]
    public void Nobody_adopts_what_is_not_armed_nor_with_an_older_lease()
    {
        var armed = Armed(5 * Second) with { Epoch = 3 };

        Assert.AreEqual(Verdict.NotArmed, Idle.Step(0, Message(MessageKind.Adopt, 0)).Verdict);
        Assert.AreEqual(Verdict.OldEpoch, armed.Step(0, Message(MessageKind.Adopt, 0)).Verdict);
    }

    [TestMethod]
    [DataRow((int)MessageKind.Arm)]
    [DataRow((int)MessageKind.Renew)]
    [DataRow((int)MessageKind.Disarm)]
    [DataRow((int)MessageKind.Adopt)]
    public void What_is_condemned_stays_so(int kind)
    {
        var condemned = Armed(5 * Second).Step(Second, Message(MessageKind.Condemn, 0)).State;

        var (after, verdict) = condemned.Step(2 * Second, Message((MessageKind)kind, 6 * Second));

        Assert.AreEqual(Verdict.Condemned, verdict);
        Assert.AreEqual(condemned, after);
        Assert.IsFalse(after.MayFeed(2 * Second));
    }

    /// <summary>The device is read back as 4 s, the slack is half a second, the deadline is at 5 s.</summary>
    [TestMethod]
    [DataRow(4_800_000_000, 9_300_000_000, DisplayName = "fed just before the deadline")]
    [DataRow(2 * Second, 6_500_000_000, DisplayName = "fed long before the deadline")]
    [DataRow(Second / 10, 5 * Second, DisplayName = "not before the deadline, whatever the device was to do")]
    [DataRow(30 * Second, 9_500_000_000, DisplayName = "a feed that came late puts nothing off")]
    public void The_reset_is_due_when_the_device_must_have_fired(long lastFed, long due)
    {
        Assert.AreEqual(due, Armed(5 * Second).ResetBy(lastFed, 4 * Second));
        Assert.AreEqual(due, Armed(5 * Second).At(100 * Second).ResetBy(lastFed, 4 * Second));
    }

    [TestMethod]
    public void No_reset_is_ever_due_while_nothing_is_owned()
    {
        Assert.AreEqual(GuardState.Never, Idle.ResetBy(0, 4 * Second));
        Assert.AreEqual(GuardState.Never, (Idle with { Deadline = Second }).At(100 * Second).ResetBy(0, 4 * Second));
    }

    [TestMethod]
    public void Condemned_waits_for_the_device_alone_and_an_unknown_deadline_for_the_feed()
    {
        Assert.AreEqual((6 * Second) + (Second / 2), (Armed(60 * Second) with { Phase = GuardPhase.Condemned }).ResetBy(2 * Second, 4 * Second));
        Assert.AreEqual((6 * Second) + (Second / 2), (Armed(0) with { Phase = GuardPhase.Expired }).ResetBy(2 * Second, 4 * Second));
    }

    [TestMethod]
    public void A_node_that_owns_nothing_is_not_condemned()
    {
        var (after, verdict) = Idle.Step(0, Message(MessageKind.Condemn, 0));

        Assert.AreEqual(Verdict.NotArmed, verdict);
        Assert.AreEqual(Idle, after);
    }

    [TestMethod]
    public void A_device_that_cannot_be_stopped_is_fed_while_nothing_is_owned()
    {
        Assert.IsTrue(Idle.MayFeed(long.MaxValue, runs: true));
        Assert.IsFalse(Idle.MayFeed(0, runs: false));
    }

    [TestMethod]
    public void The_device_is_attested_only_while_nothing_is_owned()
    {
        Assert.AreEqual(Verdict.Accepted, Idle.Step(0, Message(MessageKind.Attest, Second)).Verdict);
        Assert.AreEqual(Verdict.StillArmed, Armed(5 * Second).Step(Second, Message(MessageKind.Attest, Second)).Verdict);
    }

    private static GuardState Armed(long deadline) =>
        Idle.Step(0, Message(MessageKind.Arm, deadline)).State;

    private static GuardMessage Message(MessageKind kind, long deadline) => new(kind, 7, 0, true, deadline, 1);
}
