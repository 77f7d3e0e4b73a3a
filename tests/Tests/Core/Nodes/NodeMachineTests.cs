using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Nodes;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Tests.Core.Nodes;

/// <summary>What the simulation cannot lead to, and what it would only show by its cost.</summary>
[TestClass]
public sealed class NodeMachineTests
{
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");
    private static readonly NodeSettings Settings = new(N1, "boot-1", Timings.Compute(TimingChoice.Of(TimingChoice.DefaultStall)).Value);
    private static readonly Instant Begin = new(1_000_000_000_000);

    [TestMethod]
    public void A_node_that_was_declared_dead_and_still_owns_something_resets_itself()
    {
        var dead = new FenceRecord(7, N2, new Proof(ProofKind.PowerOff, "power is off, read back"));
        var decision = Step(Running(), new NodeInput.Seen(View(3, record => record.With(record.Member(N1)! with { Fence = dead }))));
        Assert.Contains(Mark.ResetsDeclaredDead, decision.Marks);
        StringAssert.Contains(decision.Effects.OfType<NodeEffect.Reset>().Single().Reason, "power is off, read back");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void An_answer_that_comes_after_its_change_was_seen_holds_nothing_up(bool isSeenFirst)
    {
        var stopping = Step(Running(), new NodeInput.Seen(View(3, record => record.With(record.Service("db")! with { Wanted = WantedState.Stopped }))));
        var publish = stopping.Effects.OfType<NodeEffect.Ask>().Single(ask => ask.Wish is Wish.Publish);
        var seen = new NodeInput.Seen(View(4, record => record.With(record.Service("db")! with { Wanted = WantedState.Stopped, Phase = ServicePhase.Stopping })));
        var answered = new NodeInput.Answered(publish.Wish, WishAnswer.Done);
        var told = isSeenFirst ? Step(Step(stopping.Next, seen).Next, answered) : Step(Step(stopping.Next, answered).Next, seen);
        var stopped = Step(told.Next, new NodeInput.Stopped("db", new Epoch(1), null));
        var closed = Step(stopped.Next, new NodeInput.Closed("db", new Epoch(1), null, null));
        Assert.IsTrue(closed.Effects.OfType<NodeEffect.Ask>().Any(ask => ask.Wish is Wish.Release), "it waits before it lets go");
    }

    [TestMethod]
    public void A_stay_that_ended_in_the_store_while_something_runs_is_let_go_of()
    {
        var decision = Step(Running(), new NodeInput.LeaseEnded(7));
        Assert.Contains(Mark.StayEndsOwning, decision.Marks);
        Assert.HasCount(1, decision.Effects.OfType<NodeEffect.ReleaseAll>().ToList());
    }

    [TestMethod]
    [DataRow(1L, 0L, false, DisplayName = "its own join, whose answer is late")]
    [DataRow(1L, 7L, true, DisplayName = "a stay that it ended itself")]
    [DataRow(5L, 0L, true, DisplayName = "a stay of the process before")]
    public void A_node_asks_to_join_unless_the_store_has_let_this_process_in_already(long run, long ended, bool asks)
    {
        var state = new NodeState { IsClean = true, Ended = ended };
        var view = View(3, record => record.With(record.Member(N1)! with { Run = run }));
        var decision = Step(state, new NodeInput.Seen(view));
        Assert.AreEqual(asks, decision.Effects.OfType<NodeEffect.Join>().Any());
    }

    [TestMethod]
    public void Who_hears_another_machine_under_its_name_waits_until_the_lease_of_that_one_has_ended()
    {
        var heard = View(3, record => record.With(record.Member(N1)! with { BootId = "boot-of-another", Run = 9, IsAttested = true }));
        var silent = heard with { Revision = 4, Present = heard.Present.Clear() };
        var first = Step(new NodeState { IsClean = true }, new NodeInput.Seen(heard));
        Assert.IsEmpty(first.Effects, "that may have been this node before it booted");
        Assert.IsTrue(Step(first.Next, new NodeInput.Seen(silent)).Effects.OfType<NodeEffect.Join>().Any(), "it was");

        var still = Step(first.Next, new NodeInput.Ticked(), 6);
        StringAssert.Contains(still.Effects.OfType<NodeEffect.Tell>().Single().Text, "another machine is alive under the name n1");
        Assert.IsEmpty(Step(still.Next, new NodeInput.Seen(silent), 7).Effects, "silence is no proof any more");
        var over = silent with { Revision = 5, Live = heard.Live.Remove("n1") };
        Assert.HasCount(1, Step(still.Next, new NodeInput.Seen(over), 8).Effects.OfType<NodeEffect.Join>().ToList());
    }

    [TestMethod]
    [DataRow(true, true)]
    [DataRow(false, false)]
    public void Who_knows_another_machine_under_its_name_joins_only_once_nothing_of_that_one_can_write(bool isAttested, bool joins)
    {
        var heard = View(3, record => record.With(record.Member(N1)! with { BootId = "boot-of-another", Run = 9, IsAttested = isAttested }));
        var known = Step(Step(new NodeState { IsClean = true }, new NodeInput.Seen(heard)).Next, new NodeInput.Ticked(), 6).Next;
        var over = heard with { Revision = 5, Present = heard.Present.Clear(), Live = heard.Live.Remove("n1") };
        var decision = Step(known, new NodeInput.Seen(over), 8);
        Assert.AreEqual(joins, decision.Effects.OfType<NodeEffect.Join>().Any());
        var confirmed = over with { Revision = 6, Record = over.Record.With(over.Record.Member(N1)! with { Fence = new FenceRecord(7, N2, new Proof(ProofKind.Operator, "it is off")) }) };
        Assert.IsTrue(joins || Step(decision.Next, new NodeInput.Seen(confirmed), 9).Effects.OfType<NodeEffect.Join>().Any(), "an operator says that it is off");
    }

    [TestMethod]
    public void A_fencing_that_nobody_needs_any_more_is_ended_by_whoever_began_it()
    {
        var begun = new MemberRecord(N2, "boot-1", 5) { Run = 1, Fence = new FenceRecord(5, N1, null) };
        var decision = Step(Running(), new NodeInput.Seen(View(3, record => record.With(begun))));
        Assert.Contains(Mark.AbandonsFence, decision.Marks);
        Assert.AreEqual(new Wish.EndFence(N2, 5, null), decision.Effects.OfType<NodeEffect.Ask>().Single(ask => ask.Wish is Wish.EndFence).Wish);
    }

    [TestMethod]
    public void What_would_go_back_says_which_service_it_waits_for_once()
    {
        var better = View(3, record => record.With(record.Member(N2) ?? new MemberRecord(N2, "boot-2", 5) { Run = 1 })
            .With(record.Service("db")! with { Policy = new ServicePolicy("db", [N2, N1]) { FailsBack = true } })
            .With(new ServiceRecord(new ServicePolicy("hangs", [N2]))
            {
                Wanted = WantedState.Running, Phase = ServicePhase.Stopping, Epoch = new Epoch(1), Last = N2,
                Owner = new Tenure(N2, 5, "boot-2", new Epoch(1), new Proof(ProofKind.FirstWriter, "nobody had it")),
            }));
        better = better with { Live = better.Live.SetItem("n2", 5), Offers = better.Offers.SetItem("n2", NodeOffers.None) };
        var later = Begin.Add(TimeSpan.FromMinutes(2));
        var running = Running() with { Lease = new LocalLease(LeaseStanding.Held, later), RenewAsked = later };

        var soon = NodeMachine.Step(Settings, running, new NodeInput.Seen(better), Begin.Add(TimeSpan.FromMinutes(1)));
        var first = NodeMachine.Step(Settings, soon.Next, new NodeInput.Seen(better), later);
        var second = NodeMachine.Step(Settings, first.Next, new NodeInput.Seen(better with { Revision = 4 }), later);
        var settled = better.Record.With(better.Record.Service("hangs")! with { Phase = ServicePhase.Running });
        var third = NodeMachine.Step(Settings, second.Next, new NodeInput.Seen(better with { Revision = 5, Record = settled }), later);

        StringAssert.Contains(soon.Next.Waits["db"], "goes back to n2 when that has been the better node for 60 s");
        StringAssert.Contains(first.Next.Waits["db"], "goes back to n2 when service hangs is settled");
        Assert.HasCount(1, first.Effects.OfType<NodeEffect.Tell>().Where(tell => tell.Kind == "waiting").ToList());
        Assert.IsEmpty(second.Effects.OfType<NodeEffect.Tell>().ToList());
        Assert.Contains(Mark.FailsBack, third.Marks);
        Assert.IsFalse(third.Next.Waits.ContainsKey("db"));
    }

    [TestMethod]
    public void A_node_that_was_away_in_between_is_better_since_it_is_back()
    {
        var better = View(3, record => record.With(record.Member(N2) ?? new MemberRecord(N2, "boot-2", 5) { Run = 1 })
            .With(record.Service("db")! with { Policy = new ServicePolicy("db", [N2, N1]) { FailsBack = true } }));
        better = better with { Live = better.Live.SetItem("n2", 5), Offers = better.Offers.SetItem("n2", NodeOffers.None) };
        var state = Running();
        foreach (var (second, isHere) in new[] { (61, true), (90, false), (95, true), (130, true) })
        {
            var now = Begin.Add(TimeSpan.FromSeconds(second));
            var seen = isHere ? better : better with { Live = better.Live.Remove("n2") };
            var decision = NodeMachine.Step(Settings, state with { Lease = new LocalLease(LeaseStanding.Held, now), RenewAsked = now }, new NodeInput.Seen(seen), now);
            Assert.DoesNotContain(Mark.FailsBack, decision.Marks, $"{second} s");
            state = decision.Next;
        }

        var due = Begin.Add(TimeSpan.FromSeconds(156));
        var goes = NodeMachine.Step(Settings, state with { Lease = new LocalLease(LeaseStanding.Held, due), RenewAsked = due }, new NodeInput.Ticked(), due);
        Assert.Contains(Mark.FailsBack, goes.Marks);
    }

    [TestMethod]
    public void What_did_not_open_is_stopped_before_it_is_closed_for_an_agent_that_was_replaced_may_have_left_it_running()
    {
        var opening = At(LocalPhase.Promoting);
        var failed = Step(opening, new NodeInput.Promoted("db", new Epoch(1), "what ran before does not stop"));
        Assert.IsInstanceOfType<NodeEffect.Stop>(failed.Effects.Single(effect => effect is NodeEffect.Stop or NodeEffect.Close));
        var stuck = Step(failed.Next, new NodeInput.Stopped("db", new Epoch(1), "it does not stop"));
        Assert.IsFalse(stuck.Effects.OfType<NodeEffect.Close>().Any(), "it may still run");
        Assert.AreEqual(LocalPhase.Stuck, stuck.Next.Services["db"].Phase);
        var stopped = Step(failed.Next, new NodeInput.Stopped("db", new Epoch(1), null));
        Assert.HasCount(1, stopped.Effects.OfType<NodeEffect.Close>().ToList());
    }

    [TestMethod]
    public void What_is_opened_only_in_a_later_epoch_is_let_go_of_for_that_and_has_not_failed()
    {
        var early = Step(At(LocalPhase.Promoting), new NodeInput.Promoted("db", new Epoch(1), "a unit was written in epoch 9") { IsEarly = true });
        var stopped = Step(early.Next, new NodeInput.Stopped("db", new Epoch(1), null));
        var closed = Step(stopped.Next, new NodeInput.Closed("db", new Epoch(1), null, null));
        var local = closed.Next.Services["db"];
        Assert.AreEqual((LocalPhase.Closed, null, null, "a unit was written in epoch 9"), (local.Phase, local.Failure, local.KeptFor, local.Reason));
    }

    [TestMethod]
    public void What_is_not_wanted_any_more_when_a_new_agent_finds_it_is_stopped_before_it_is_closed()
    {
        var found = Running() with { Services = ImmutableSortedDictionary<string, LocalService>.Empty };
        var decision = Step(found, new NodeInput.Seen(View(3, record => record.With(record.Service("db")! with { Wanted = WantedState.Stopped }))));
        Assert.IsInstanceOfType<NodeEffect.Stop>(decision.Effects.Single(effect => effect is NodeEffect.Stop or NodeEffect.Close));
    }

    [TestMethod]
    public void An_answer_that_never_comes_does_not_keep_a_node_that_is_being_shut_down()
    {
        var leaving = View(3, record => record.With(record.Member(N1)! with { IsLeaving = true })
            .With(record.Service("db")! with { Owner = null, Phase = ServicePhase.Waiting, KeptFor = N2, IsKeptFirmly = true }));
        var state = Running() with
        {
            View = leaving, IsShuttingDown = true, Services = ImmutableSortedDictionary<string, LocalService>.Empty,
            Asked = ImmutableSortedDictionary<string, Question>.Empty.Add("service/db", new Question(Begin, 2)),
        };
        Assert.IsFalse(Step(state, new NodeInput.Ticked()).Effects.OfType<NodeEffect.EndSession>().Any(), "the answer may still come");

        var later = Begin.Add(Settings.Timings.Demote);
        state = state with { Lease = new LocalLease(LeaseStanding.Held, later), RenewAsked = later };
        var decision = NodeMachine.Step(Settings, state, new NodeInput.Ticked(), later);
        Assert.IsTrue(decision.Effects.OfType<NodeEffect.EndSession>().Any(), "the stay lasts until somebody loses patience");
    }

    private static NodeDecision Step(NodeState state, NodeInput input, double seconds = 0) => NodeMachine.Step(Settings, state, input, Begin.Add(TimeSpan.FromSeconds(seconds)));

    private static NodeState At(LocalPhase phase) =>
        Running() with { Services = ImmutableSortedDictionary<string, LocalService>.Empty.Add("db", new LocalService(new Epoch(1), phase, Begin)) };

    private static NodeState Running() => Step(
        new NodeState
        {
            Session = 7,
            IsClean = true,
            Lease = new LocalLease(LeaseStanding.Held, Begin),
            RenewAsked = Begin,
            Services = ImmutableSortedDictionary<string, LocalService>.Empty.Add("db", new LocalService(new Epoch(1), LocalPhase.Running, Begin)),
        },
        new NodeInput.Seen(View(2, record => record))).Next;

    private static ClusterView View(long revision, Func<ClusterRecord, ClusterRecord> change)
    {
        var service = new ServiceRecord(new ServicePolicy("db", [N1, N2]))
        {
            Owner = new Tenure(N1, 7, "boot-1", new Epoch(1), new Proof(ProofKind.FirstWriter, "")), Epoch = new Epoch(1), Phase = ServicePhase.Running, Last = N1, LastSince = new Epoch(1),
        };
        var record = ClusterRecord.Empty.With(service).With(new MemberRecord(N1, "boot-1", 7) { Run = 1 });
        return ClusterView.Empty with { Revision = revision, Record = change(record), Live = ClusterView.Empty.Live.Add("n1", 7), Present = ClusterView.Empty.Present.Add("n1") };
    }
}
