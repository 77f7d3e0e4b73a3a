using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>A split brain, and what else no node may open by itself, solved by a person.</summary>
[TestClass]
public sealed class ChoiceTests
{
    [TestMethod]
    public async Task Nothing_is_solved_before_a_person_chose()
    {
        using var pair = new PartedPair().Split();

        await pair.KeepAsync(120);

        Assert.AreEqual(("one", "two", "n1"), (pair.N1.Kernel.Data, pair.N2.Kernel.Data, pair.InSync));
        Assert.IsEmpty(pair.N1.Kernel.Changes.Concat(pair.N2.Kernel.Changes).Where(line => !line.StartsWith("get-gi", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Both_sides_show_what_speaks_for_them()
    {
        using var pair = new PartedPair().Split();
        await pair.KeepAsync(1);

        var choice = await pair.ChoiceAsync();

        Assert.HasCount(2, choice.Sides);
        foreach (var wanted in new[] { "state", "last connected", "newest epoch seen here", "certificate in the store", "generation identifiers", "written since it was attached", "out of sync" })
        {
            Assert.IsTrue(choice.Sides.All(side => side.Facts.Any(fact => fact.Name == wanted)), wanted);
        }

        Assert.AreEqual((Answer.No, "a snapshot of vg/data"), (choice.Sides[0].IsOpen, choice.Sides[0].KeptBy));
    }

    [TestMethod]
    public async Task A_split_brain_is_solved_as_chosen_with_only_what_differs_and_the_rest_kept()
    {
        using var pair = new PartedPair().Split();

        var chosen = await pair.ChooseAsync();
        await pair.KeepAsync(30);

        Assert.IsTrue(chosen.IsOk, chosen.Fault?.ToString());
        Assert.AreEqual(("one", "one", "n1,n2", null), (pair.N1.Kernel.Data, pair.N2.Kernel.Data, pair.InSync, pair.Certificate.GivingWay));
        Assert.AreEqual("two", pair.N2.Kernel.Kept.Single().Value);
        Assert.DoesNotContain("invalidate data", pair.N2.Kernel.Changes);
        Assert.Contains("connect --discard-my-data data", pair.N2.Kernel.Changes);
        Assert.DoesNotContain("connect --discard-my-data data", pair.N1.Kernel.Changes);
    }

    [TestMethod]
    public async Task The_other_way_round_too()
    {
        using var pair = new PartedPair().Split();

        Assert.IsTrue((await pair.ChooseAsync("n2")).IsOk);
        await pair.KeepAsync(30);

        Assert.AreEqual(("two", "two", "n1,n2", new NodeId("n2")), (pair.N1.Kernel.Data, pair.N2.Kernel.Data, pair.InSync, pair.Certificate.Writer));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Connecting")]
    public async Task The_older_copy_is_never_overwritten_by_the_kernel_when_it_was_chosen(string connection)
    {
        using var pair = new PartedPair().OnlyTheOtherWrote(connection);
        if (connection.Length > 0)
        {
            // The link is cut: nothing meets until the agents have done their step.
            pair.N2.Kernel.Connection = "";
        }

        Assert.IsTrue((await pair.ChooseAsync()).IsOk);
        await pair.KeepAsync(30);

        Assert.AreEqual(("one", "one", "n1,n2"), (pair.N1.Kernel.Data, pair.N2.Kernel.Data, pair.InSync));
        Assert.Contains("invalidate data", pair.N2.Kernel.Changes);
        Assert.AreEqual("two", pair.N2.Kernel.Kept.Single().Value);
    }

    [TestMethod]
    [DataRow("n1")]
    [DataRow("n2")]
    public async Task Killed_at_any_step_it_is_taken_up_again(string killed)
    {
        for (var steps = 1; steps < 60; steps++)
        {
            using var pair = new PartedPair().OnlyTheOtherWrote();
            Assert.IsTrue((await pair.ChooseAsync()).IsOk);
            var side = killed == "n1" ? pair.N1 : pair.N2;
            side.Kernel.DiesAfter = steps;
            await pair.KeepAsync(12);
            side.Restart();
            await pair.KeepAsync(40);

            Assert.AreEqual(("one", "one", "n1,n2"), (pair.N1.Kernel.Data, pair.N2.Kernel.Data, pair.InSync), $"killed after {steps} commands");
            Assert.AreEqual("two", pair.N2.Kernel.Kept.Single().Value);
        }
    }

    [TestMethod]
    public async Task Both_reboot_before_the_other_gave_up_and_still_the_chosen_copy_is_whole()
    {
        using var pair = new PartedPair().OnlyTheOtherWrote();
        Assert.IsTrue((await pair.ChooseAsync()).IsOk);
        pair.N1.Reboot();
        pair.N2.Reboot();

        await pair.KeepAsync(40);

        Assert.AreEqual(("one", "one", "n1,n2"), (pair.N1.Kernel.Data, pair.N2.Kernel.Data, pair.InSync));
        Assert.DoesNotContain("up data", pair.N1.Kernel.Changes.Concat(pair.N2.Kernel.Changes));
    }

    [TestMethod]
    public async Task The_chosen_copy_may_be_opened_at_once_and_the_other_not()
    {
        using var pair = new PartedPair().Split();
        Assert.IsTrue((await pair.ChooseAsync()).IsOk);

        var other = await pair.N2.PromoteAsync(6);
        var chosen = await pair.N1.PromoteAsync(7);
        await pair.KeepAsync(40);

        Assert.AreEqual(FaultCode.WouldLoseWrites, other.Fault?.Code);
        Assert.IsTrue(chosen.IsOk, chosen.Fault?.ToString());
        Assert.AreEqual(("one", "one", "n1,n2"), (pair.N1.Kernel.Data, pair.N2.Kernel.Data, pair.InSync));
    }

    [TestMethod]
    public async Task Whoever_opens_it_after_it_was_looked_at_is_faster_than_the_choice()
    {
        using var pair = new PartedPair().Split();
        var choice = await pair.ChoiceAsync("n2");
        Assert.IsTrue((await pair.N1.PromoteAsync(6)).IsOk);

        var chosen = await pair.N2.Choice.ChooseAsync(choice, default);

        Assert.AreEqual((FaultCode.PreconditionFailed, "n1"), (chosen.Fault?.Code, pair.InSync));
        Assert.Contains("certificate has changed", chosen.Fault!.Why);
    }

    [TestMethod]
    [DataRow("n1")]
    [DataRow("n2")]
    public async Task While_any_node_has_it_open_nothing_is_chosen(string open)
    {
        using var pair = new PartedPair().Split();
        (open == "n1" ? pair.N1 : pair.N2).Kernel.Role = "Primary";

        var chosen = await pair.ChooseAsync();

        Assert.AreEqual(FaultCode.PreconditionFailed, chosen.Fault?.Code);
        Assert.Contains($"open on {open}", chosen.Fault!.Why);
        Assert.IsNull(pair.Certificate.GivingWay);
    }

    [TestMethod]
    public async Task A_silent_node_has_to_be_proven_gone()
    {
        using var pair = new PartedPair("").Split();
        var both = await pair.ChoiceAsync();
        var alone = both with { Sides = [.. both.Sides.Where(side => side.Node.Value == "n1")], Silent = new Dictionary<NodeId, string> { [new NodeId("n2")] = "no answer" } };

        var refused = await pair.N1.Choice.ChooseAsync(alone, default);
        var proven = await pair.N1.Choice.ChooseAsync(alone with { Silent = new Dictionary<NodeId, string>(), Gone = new Dictionary<NodeId, string> { [new NodeId("n2")] = "power is off" } }, default);
        var opened = await pair.N1.PromoteAsync(6);
        await pair.KeepAsync(40);

        Assert.Contains("confirm-dead n2", refused.Fault!.Why);
        Assert.IsTrue(proven.IsOk && opened.IsOk, (proven.Fault ?? opened.Fault)?.ToString());
        Assert.AreEqual(("one", "one", "n1,n2"), (pair.N1.Kernel.Data, pair.N2.Kernel.Data, pair.InSync), "back, it gives way");
        Assert.AreEqual("two", pair.N2.Kernel.Kept.Single().Value);
    }

    [TestMethod]
    public async Task The_copy_to_be_kept_has_to_answer_and_be_complete()
    {
        using var pair = new PartedPair().Split();
        var both = await pair.ChoiceAsync();
        var without = await pair.N2.Choice.PlanAsync(both with { Sides = [.. both.Sides.Where(side => side.Node.Value == "n2")], Gone = new Dictionary<NodeId, string> { [new NodeId("n1")] = "off" } }, default);
        pair.N1.Kernel.Disk = "Inconsistent";
        var half = await pair.N1.Choice.PlanAsync(await pair.ChoiceAsync(), default);

        Assert.Contains("n1 does not answer", without.Value.Blockers.Single());
        Assert.Contains("not complete", half.Value.Blockers.Single());
    }

    [TestMethod]
    public async Task What_cannot_be_kept_needs_a_second_word()
    {
        using var pair = new PartedPair().Split();
        pair.N2.Kernel.Segment = "linear";

        var refused = await pair.ChooseAsync();
        var chosen = await pair.ChooseAsync(mayLose: true);
        await pair.KeepAsync(30);

        Assert.Contains("--without-keeping", refused.Fault!.Why);
        Assert.IsTrue(chosen.IsOk, chosen.Fault?.ToString());
        Assert.AreEqual(("one", "n1,n2", 0), (pair.N2.Kernel.Data, pair.InSync, pair.N2.Kernel.Kept.Count));
    }

    [TestMethod]
    public async Task Zfs_keeps_it_too()
    {
        using var pair = new PartedPair().Split();
        pair.N2.Kernel.BackingDevice = "/dev/zvol/tank/data";

        Assert.IsTrue((await pair.ChooseAsync()).IsOk);
        await pair.KeepAsync(30);

        Assert.AreEqual("tank/data@nodeagent-given-up-7", pair.N2.Kernel.Kept.Single().Key);
    }

    [TestMethod]
    public async Task A_snapshot_that_fails_keeps_everything_as_it_is_and_is_told()
    {
        using var pair = new PartedPair().Split();
        Assert.IsTrue((await pair.ChooseAsync()).IsOk);
        pair.N2.Kernel.LosesAnswer = "sh-ll-dev";

        await pair.KeepAsync(30);

        Assert.AreEqual(("two", false), (pair.N2.Kernel.Data, pair.Certificate.GivingWay!.IsReady));
        Assert.IsFalse(pair.N2.Last.IsOk);
    }

    [TestMethod]
    public async Task No_copy_alone_counts_and_both_are_the_same_one_word_gets_out_of_it()
    {
        // Its disk failed while the other was out of date; it was attached again, and both were copied.
        using var pair = new PartedPair("");
        await pair.KeepAsync(60);
        Assert.AreEqual("", pair.InSync, "never by itself");

        var chosen = await pair.ChooseAsync();
        await pair.KeepAsync(3);

        Assert.IsTrue(chosen.IsOk, chosen.Fault?.ToString());
        Assert.AreEqual(("n1,n2", 0), (pair.InSync, pair.N1.Kernel.Changes.Concat(pair.N2.Kernel.Changes).Count(line => line.Contains("connect", StringComparison.Ordinal))));
    }

    [TestMethod]
    public async Task A_choice_that_is_under_way_is_not_turned_round()
    {
        using var pair = new PartedPair().Split();
        Assert.IsTrue((await pair.ChooseAsync()).IsOk);
        await pair.N2.StepAsync();
        Assert.IsTrue(pair.Certificate.GivingWay!.IsReady);

        var other = await pair.ChooseAsync("n2");

        Assert.Contains("being given up already", other.Fault!.Why);
        Assert.Contains("nodeagent-given-up-7", other.Fault.Why);
    }

    [TestMethod]
    public async Task A_choice_that_the_kernel_turned_round_is_withdrawn_and_the_only_whole_copy_is_not_given_up()
    {
        using var pair = new PartedPair().OnlyTheOtherWrote();
        await pair.KeepAsync(1);
        Assert.IsTrue((await pair.ChooseAsync()).IsOk);

        // Somebody connects the two by hand before the agents looked, and n1, which was chosen, becomes the target.
        (pair.N1.Kernel.Connection, pair.N2.Kernel.Connection) = ("Connecting", "Connecting");
        (pair.N1.IsAgentUp, pair.N2.IsAgentUp) = (false, false);
        await pair.KeepAsync(1);
        Assert.AreEqual(("SyncTarget", "SyncSource"), (pair.N1.Kernel.Replication, pair.N2.Kernel.Replication));
        (pair.N1.IsAgentUp, pair.N2.IsAgentUp) = (true, true);
        await pair.KeepAsync(30);

        Assert.AreEqual(("two", ""), (pair.N2.Kernel.Data, pair.InSync));
        Assert.IsNull(pair.Certificate.GivingWay);
        Assert.DoesNotContain("invalidate data", pair.N2.Kernel.Changes);
    }

    [TestMethod]
    public async Task Nothing_is_given_up_for_a_copy_that_does_not_count_any_more()
    {
        using var pair = new PartedPair().Split();
        await pair.KeepAsync(1);
        Assert.IsTrue((await pair.ChooseAsync()).IsOk);
        pair.Notes.Note = new UnitNote((pair.Certificate with { InSync = [] }).ToText(), pair.Notes.Note.Version + 1);

        await pair.KeepAsync(30);

        Assert.AreEqual(("two", FaultCode.DataPathUnavailable), (pair.N2.Kernel.Data, pair.N2.Last.Fault?.Code), $"{pair.N2.Last.Fault}");
        Assert.IsFalse(pair.N2.Kernel.Changes.Any(line => line.StartsWith("connect", StringComparison.Ordinal) || line.StartsWith("invalidate", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_choice_is_not_turned_round_while_it_is_carried_out()
    {
        using var pair = new PartedPair().Split();
        Assert.IsTrue((await pair.ChooseAsync()).IsOk);

        // The other node may be giving up its copy at this moment: turned round now, both could be gone.
        Assert.IsFalse((await pair.ChooseAsync("n2")).IsOk);
        await pair.KeepAsync(30);

        Assert.AreEqual(("one", "one", "n1,n2"), (pair.N1.Kernel.Data, pair.N2.Kernel.Data, pair.InSync));
    }

    [TestMethod]
    public async Task After_half_a_rollback_all_is_copied_whatever_the_histories_say()
    {
        using var pair = new PartedPair().Split();
        await File.WriteAllTextAsync(pair.N1.StateFile("going-back-data"), "");

        Assert.IsTrue((await pair.ChooseAsync()).IsOk);
        await pair.KeepAsync(30);

        Assert.Contains("invalidate data", pair.N2.Kernel.Changes);
        Assert.AreEqual(("one", "n1,n2", false), (pair.N2.Kernel.Data, pair.InSync, File.Exists(pair.N1.StateFile("going-back-data"))));
    }

    [TestMethod]
    public async Task After_half_a_rollback_the_kernels_word_that_both_are_the_same_counts_for_nothing()
    {
        using var pair = new PartedPair();
        (pair.N1.Kernel.Data, pair.N2.Kernel.Data) = ("back", "not back");
        await File.WriteAllTextAsync(pair.N1.StateFile("going-back-data"), "");

        Assert.IsTrue((await pair.ChooseAsync()).IsOk);
        await pair.KeepAsync(40);

        Assert.AreEqual(("back", "back", "n1,n2"), (pair.N1.Kernel.Data, pair.N2.Kernel.Data, pair.InSync));
        Assert.AreEqual("not back", pair.N2.Kernel.Kept.Single().Value);
        Assert.Contains("invalidate data", pair.N2.Kernel.Changes);
    }

    [TestMethod]
    public async Task Where_nothing_parted_there_is_nothing_to_choose()
    {
        using var pair = new PartedPair("n1,n2");

        var chosen = await pair.ChooseAsync();

        Assert.Contains("nothing to choose", chosen.Fault!.Why);
    }

    [TestMethod]
    [DataRow("C4:A0", "B2:A0", Descent.Parted)]
    [DataRow("A0:0", "B2:A0", Descent.Behind)]
    [DataRow("B2:A0", "A0:0", Descent.Ahead)]
    [DataRow("C0:0", "A0:0", Descent.Parted, DisplayName = "only an older generation in common")]
    [DataRow("A0:0", "A1:0", Descent.Same, DisplayName = "the bit of the role does not count")]
    [DataRow("A0:0", "A0:0", Descent.Same)]
    [DataRow("4:0", "A0:0", Descent.Unknown, DisplayName = "metadata that was just made")]
    public void Histories_are_compared_as_the_kernel_does(string mine, string others, object stands)
    {
        static Generation Made(string text) => Generation.Parse(string.Join(':', text.Split(':').Select(word => word.PadLeft(16, '0'))) + ":0000000000000080:0000000000000070:1:1:0")!;

        Assert.AreEqual(stands, Made(mine).Against(Made(others)));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("no disk")]
    [DataRow("00000000000000A1")]
    [DataRow("00000000000000A1:00000000000000A0:0000000000000080")]
    [DataRow("00000000000000A1:00000000000000A0:00000000000000xx:1:1")]
    [DataRow("00000000000000A1:00000000000000A0:0000000000000080:1:2")]
    public void Generation_identifiers_are_understood_whole_or_not_at_all(string text) => Assert.IsNull(Generation.Parse(text));
}
