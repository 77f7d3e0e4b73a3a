using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Failover.Flight;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Services;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Failover;

[TestClass]
public sealed class FailoverTests
{
    [TestMethod]
    public async Task A_service_of_the_configuration_becomes_known_and_starts_on_the_writer_of_its_units()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();

        await cluster.RunsOnAsync(1);

        Assert.AreEqual(ProofKind.FirstWriter, cluster.Room.View.Record.Service("db")!.Owner!.Proof.Kind);
        Assert.AreEqual(PartStart.Ordinary, cluster[1].Part.LastStart);
        Assert.IsNotNull(cluster[1].Guard.Deadline);
        Assert.IsNull(cluster[2].Guard.Deadline);
    }

    [TestMethod]
    public async Task An_agent_that_is_replaced_hands_a_longer_lease_over_and_the_service_goes_on()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        var before = cluster[1];
        var (session, starts) = (before.Seat.Loop.State.Session, before.Part.Starts);

        Assert.IsTrue(await cluster.DoneAsync(before.Seat.HandOverAsync(TimeSpan.FromSeconds(10))));
        await before.EndAsync();
        await cluster.PassAsync(40);
        Assert.IsTrue(before.Part.IsRunning);
        Assert.AreEqual(cluster.Now.Add(TimeSpan.FromSeconds(50)).Nanoseconds, before.Guard.Deadline!.Value.Nanoseconds, 10e9, "the guard counts on");

        var after = cluster.Replace(before);
        after.Start();
        await cluster.UntilAsync(() => after.World.Tenures.IsHeld("db"), "the service is held again");
        await cluster.PassAsync(120);
        Assert.AreEqual((session, starts + 1, 0), (after.Seat.Loop.State.Session, after.Part.Starts, after.Part.Stops), "started anew, which changes nothing that runs; never stopped");
        Assert.AreEqual((FailoverCluster.Ids[0], 1L), (cluster.Room.View.Record.Service("db")!.Owner!.Node, cluster.Room.View.Record.Service("db")!.Epoch.Value));

        await cluster.CycleAsync(1);
        await after.KillAsync();
        await cluster.UntilAsync(() => cluster.Running.Count == 1, "as fast as ever", 14);
    }

    [TestMethod]
    public async Task Only_who_has_a_service_may_take_the_configuration_of_its_guests_and_only_from_whom_is_gone_or_says_that_they_are_stopped()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        var (n1, n2, n3) = (cluster[1], cluster[2], cluster[3]);
        Assert.AreEqual(FaultCode.NotWriter, n2.Seat.MayClaimGuest("db", "n1", false).Fault?.Code, "n1 has it");
        Assert.AreEqual(FaultCode.FenceRequired, n1.Seat.MayClaimGuest("db", "n2", null).Fault?.Code, "n2 is here, and gives no answer");
        Assert.IsTrue(n1.Seat.MayClaimGuest("db", "n2", false).IsOk);

        await cluster.CycleAsync(1);
        await n1.KillAsync();
        await cluster.UntilAsync(() => cluster.Running.Count == 1, "another takes it", 60);
        var (now, other) = cluster.Running.Single() == n2 ? (n2, n3) : (n3, n2);
        Assert.IsTrue(now.Seat.MayClaimGuest("db", "n1", null).IsOk);
        Assert.AreEqual(FaultCode.InUse, now.Seat.MayClaimGuest("db", "n1", true).Fault?.Code);
        Assert.AreEqual(FaultCode.NotWriter, other.Seat.MayClaimGuest("db", "n1", null).Fault?.Code);

        await now.KillAsync();
        await cluster.PassAsync(30);
        Assert.AreEqual(FaultCode.NotWriter, now.Seat.MayClaimGuest("db", "n1", null).Fault?.Code, "its time is over, whatever it has seen of the store");
    }

    [TestMethod]
    public async Task A_hand_over_that_the_store_does_not_answer_in_time_changes_nothing_and_the_service_goes_on()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        cluster.Room.IsSlow = true;

        Assert.IsFalse(await cluster.DoneAsync(cluster[1].Seat.HandOverAsync(TimeSpan.FromSeconds(1))), "given up half way");
        await cluster.PassAsync(30);
        Assert.IsFalse(await cluster.DoneAsync(cluster[1].Seat.HandOverAsync(TimeSpan.FromSeconds(60))), "each try took too long");
        await cluster.PassAsync(30);

        Assert.AreEqual((1, 0), (cluster[1].Part.Starts, cluster[1].Part.Stops));
        Assert.AreEqual(LeaseStanding.Held, cluster[1].Seat.Loop.State.Lease.Standing, "renewals go on");
    }

    [TestMethod]
    public async Task A_hand_over_asks_for_no_deadline_that_the_guard_would_not_believe()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        cluster[1].Guard.LongestLease = TimeSpan.FromSeconds(20);
        Assert.IsFalse(await cluster.DoneAsync(cluster[1].Seat.HandOverAsync(TimeSpan.FromSeconds(10))), "too short for an agent to be replaced");
        Assert.IsLessThanOrEqualTo(cluster.Now.Add(TimeSpan.FromSeconds(5)), cluster[1].Guard.Deadline!.Value, "nothing was made longer");

        cluster[1].Guard.LongestLease = TimeSpan.FromSeconds(60);
        var before = cluster.Now;
        Assert.IsTrue(await cluster.DoneAsync(cluster[1].Seat.HandOverAsync(TimeSpan.FromSeconds(10))));
        Assert.IsLessThanOrEqualTo(cluster.Now.Add(TimeSpan.FromSeconds(60)), cluster[1].Guard.Deadline!.Value);
        Assert.IsGreaterThan(before.Add(TimeSpan.FromSeconds(58)), cluster[1].Guard.Deadline!.Value);
    }

    [TestMethod]
    public async Task An_agent_whose_guard_is_slow_to_answer_still_takes_its_services_on()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        var after = await HandedOverAsync(cluster);
        after.Guard.Silent = 3;
        after.Start();
        await cluster.UntilAsync(() => after.World.Tenures.IsHeld("db"), "the service is held again");
        await cluster.PassAsync(10);
        Assert.AreEqual(0, after.Part.Stops);
    }

    [TestMethod]
    public async Task An_agent_whose_guard_counts_for_another_stay_lets_go_of_everything_first()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        var after = await HandedOverAsync(cluster);
        after.Guard.CountsFor = 999;
        after.Start();
        await cluster.UntilAsync(() => after.Part.Stops > 0, "nothing is taken on trust");
    }

    [TestMethod]
    public async Task A_node_that_dies_while_its_agent_is_replaced_is_taken_over_when_the_longer_lease_is_over()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        Assert.IsTrue(await cluster.DoneAsync(cluster[1].Seat.HandOverAsync(TimeSpan.FromSeconds(10))));
        var counted = cluster[1].Guard.Deadline!.Value;

        await cluster[1].KillAsync();
        var took = await cluster.UntilAsync(() => cluster.Running.Count == 1, "a survivor runs it", 110);

        Assert.IsGreaterThan(counted.Add(TimeSpan.FromSeconds(4)), cluster.Now, "not before the watchdog could have reset it");
        Assert.IsGreaterThan(90, took.TotalSeconds);
    }

    [TestMethod]
    public async Task A_dead_node_s_service_runs_on_a_survivor_with_the_newest_copy_in_the_next_epoch()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        cluster.Write(cluster[1], 2);
        await cluster.CycleAsync(1);
        var copied = cluster.Content(cluster[1]);
        cluster.Write(cluster[1], 3);

        await cluster[1].KillAsync();
        await cluster.UntilAsync(() => cluster.Running.Count == 1, "a survivor runs it", 14);

        var survivor = cluster.Running[0];
        var service = cluster.Room.View.Record.Service("db")!;
        Assert.AreEqual(ProofKind.LeaseExpired, service.Owner!.Proof.Kind);
        Assert.AreEqual(new Epoch(2), service.Epoch);
        Assert.AreEqual(new Epoch(2), survivor.Registry.Find(FailoverCluster.Unit)!.Epoch);
        Assert.AreEqual(copied, cluster.Content(survivor));
        Assert.AreEqual(PartStart.AfterFence, survivor.Part.LastStart);
    }

    [TestMethod]
    public async Task A_service_whose_disks_answer_nothing_is_not_started_again_there_and_its_node_is_reset_if_it_cannot_be_stopped()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        await cluster.UntilAsync(() => cluster.Room.View.OfferOf(FailoverCluster.Ids[1], "db") is not null, "a copy is known to be worth something");
        var hung = cluster[1];

        hung.Part.StopFault = new Fault(FaultCode.TimedOut, "cannot stop", "it waits for a disk", "Look at the disk.", Retry.Later);
        hung.Hang = "/dev/vdb1 has answered nothing for 60 s";
        await cluster.UntilAsync(() => hung.Power.Reason is not null, "it is reset", 20);
        await hung.KillAsync();
        await cluster.RunsOnAsync(2);

        Assert.AreEqual(1, hung.Part.Starts, "a restart could not help");
        Assert.IsTrue(hung.Power.Lines.Any(line => line.Contains("/dev/vdb1", StringComparison.Ordinal)), string.Join('\n', hung.Power.Lines));
    }

    [TestMethod]
    public async Task A_node_that_returns_becomes_a_copy_of_the_survivor_s_unit()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        await cluster[1].KillAsync();
        await cluster.RunsOnAsync(2);
        cluster.Write(cluster[2], 5);

        cluster.Boot(FailoverCluster.Ids[0]).Start();
        await cluster.UntilAsync(() => cluster[1].Registry.Find(FailoverCluster.Unit)!.Writer == FailoverCluster.Ids[1], "n1 gives up");
        var copies = await cluster.CopiesAsync(2);

        Assert.IsTrue(copies[FailoverCluster.Ids[0]].IsOk, copies[FailoverCluster.Ids[0]].Fault?.ToString());
        Assert.IsFalse(cluster.IsWritable(FailoverCluster.Ids[0]));
    }

    [TestMethod]
    public async Task What_a_lost_node_wrote_beyond_its_last_copy_is_kept_and_its_copy_goes_on_from_the_common_snapshot()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        cluster.Write(cluster[1], 3);
        var lost = cluster.Content(cluster[1]);
        await cluster[1].KillAsync();
        await cluster.RunsOnAsync(2);
        cluster.Write(cluster[2], 5);

        var returned = cluster.Boot(FailoverCluster.Ids[0]);
        returned.Start();
        await cluster.UntilAsync(() => returned.Registry.Find(FailoverCluster.Unit)!.Writer == FailoverCluster.Ids[1], "n1 gives up");
        var copies = await cluster.CopiesAsync(2);

        var copy = copies[FailoverCluster.Ids[0]];
        Assert.IsTrue(copy.IsOk, copy.Fault?.ToString());
        Assert.AreEqual(copies[FailoverCluster.Ids[2]].Value.Complete, copy.Value.Complete);
        Assert.AreEqual(lost, FailoverCluster.Hash(Path.Combine(folder.Path, "n1", "volumes", "db-kept-1", "closed", "data")));
        Assert.IsTrue(returned.Power.Lines.Any(line => line.StartsWith("rejoined", StringComparison.Ordinal)));
        Assert.IsFalse(cluster.IsWritable(FailoverCluster.Ids[0]));

        var told = 0;
        var heads = new KeptHeads(returned.World, () => [], () => told++);
        var kept = (await heads.ListAsync(CancellationToken.None)).Found.Single();
        Assert.AreEqual((FailoverCluster.Unit, "db-kept-1"), (kept.Of, kept.Unit.Name));
        Assert.AreEqual(FaultCode.NotFound, (await heads.DeleteAsync("db", CancellationToken.None)).Fault!.Code, "a unit in use is no kept head");
        Assert.IsTrue((await heads.DeleteAsync("db-kept-1", CancellationToken.None)).IsOk);
        Assert.IsEmpty((await heads.ListAsync(CancellationToken.None)).Found);
        Assert.AreEqual(1, told);
        Assert.IsTrue((await cluster.CopiesAsync(2))[FailoverCluster.Ids[0]].IsOk, "the copy goes on without it");
    }

    [TestMethod]
    public async Task Beyond_the_limit_an_operator_is_told_the_loss_before_and_after_accepting_it()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path) { LossLimit = TimeSpan.FromSeconds(1) };
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        var copied = cluster.Content(cluster[1]);
        cluster.Write(cluster[1], 3);
        await cluster.PassAsync(3);
        await cluster[1].KillAsync();
        await cluster.PassAsync(20);
        Assert.IsEmpty(cluster.Running, "what would lose more than allowed waits for an operator");

        var before = cluster[2].Desk.Explain("db").Value.Lines.Single(line => line.Label == "with --accept-loss").Text;
        StringAssert.Matches(before, new("^n[23] would have it, and at most [0-9.]+ s of writes are lost$"));
        var ordered = cluster[2].Desk.OrderAsync(new ServiceOrder("acceptLoss", "db", "test", null, 60, null), CancellationToken.None);
        await cluster.UntilAsync(() => ordered.IsCompleted, "it runs again");

        var after = (await ordered).Value;
        Assert.IsTrue(after.IsDone, after.Text);
        StringAssert.Matches(after.Text, new("^service db runs on n[23] in epoch 2; at most [0-9.]+ s of writes were lost$"));
        Assert.AreEqual(copied, cluster.Content(cluster.Running.Single()));
    }

    [TestMethod]
    public async Task A_move_loses_nothing()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        cluster.Write(cluster[1], 7);
        var written = cluster.Content(cluster[1]);

        await cluster.CycleAsync(1);
        cluster.Write(cluster[1], 8);
        written = cluster.Content(cluster[1]);
        await cluster.PassAsync(11);
        await cluster.OrderAsync(Orders.Move, "db", FailoverCluster.Ids[2]);
        await cluster.RunsOnAsync(3);

        Assert.AreEqual(written, cluster.Content(cluster[3]));
        Assert.AreEqual(ProofKind.Released, cluster.Room.View.Record.Service("db")!.Owner!.Proof.Kind);
        await cluster.PassAsync(3);
        Assert.AreEqual(FailoverCluster.Ids[2], cluster[1].Registry.Find(FailoverCluster.Unit)!.Writer);
    }

    [TestMethod]
    public async Task A_node_that_is_shut_down_passes_its_service_on()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        cluster.Write(cluster[1], 7);
        var written = cluster.Content(cluster[1]);
        await cluster.PassAsync(11);

        var leaving = cluster[1].Seat.LeaveAsync(TimeSpan.FromSeconds(60));
        await cluster.UntilAsync(() => leaving.IsCompleted, "n1 leaves");
        await cluster.RunsOnAsync(2);

        Assert.AreEqual(written, cluster.Content(cluster[2]));
        Assert.AreEqual(0, cluster[1].Seat.Loop.State.Session);
        Assert.IsNull(cluster[1].Guard.Deadline);
    }

    [TestMethod]
    public async Task What_will_not_stop_though_it_could_run_elsewhere_resets_the_node_and_the_reason_is_kept()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        cluster[1].Part.StopFault = new Fault(FaultCode.TimedOut, "cannot stop", "it hangs", "Kill it.", Retry.Never);

        await cluster.CycleAsync(1);
        await cluster.PassAsync(11);
        await cluster.OrderAsync(Orders.Move, "db", FailoverCluster.Ids[1]);
        await cluster.UntilAsync(() => cluster[1].Power.Reason is not null, "n1 is reset");

        Assert.AreEqual(cluster[1].Power.Reason, cluster[1].Power.Noted);
        Assert.IsTrue(cluster[1].Part.IsRunning);
    }

    [TestMethod]
    public async Task The_flight_record_of_a_takeover_gives_the_same_effects_again()
    {
        using var folder = TempFolder.InMemory();
        await using var cluster = new FailoverCluster(folder.Path);
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        await cluster.CycleAsync(1);
        await cluster[1].KillAsync();
        await cluster.RunsOnAsync(2);
        await cluster[2].KillAsync();

        var file = Directory.EnumerateFiles(cluster[2].FlightFolder).Single();
        var replayed = FlightReplay.Run(File.ReadLines(file), file);

        Assert.IsTrue(replayed.IsOk, replayed.Fault?.ToString());
        Assert.IsGreaterThan(20, replayed.Value.Count);
        var other = replayed.Value.FirstOrDefault(step => !step.IsSame);
        Assert.IsNull(other, other?.ToString());
        Assert.IsTrue(replayed.Value.Any(step => step.Effects.Any(effect => effect is NodeAgent.Core.Nodes.NodeEffect.Promote)));
    }

    /// <summary>A process that is to begin, after the one before it handed the service over and ended.</summary>
    private static async Task<FailoverNode> HandedOverAsync(FailoverCluster cluster)
    {
        await cluster.CreateAsync();
        await cluster.RunsOnAsync(1);
        var before = cluster[1];
        Assert.IsTrue(await cluster.DoneAsync(before.Seat.HandOverAsync(TimeSpan.FromSeconds(10))));
        await before.EndAsync();
        return cluster.Replace(before);
    }
}
