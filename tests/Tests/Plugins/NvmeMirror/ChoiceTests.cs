using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Choices;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>The certificate is lost, or the half that it names: a person chooses.</summary>
[TestClass]
public sealed class ChoiceTests
{
    private const string Lost = "drive 1 holds no pool";

    [TestMethod]
    [DataRow(true, DisplayName = "the other node answers, and its drives are dead")]
    [DataRow(false, DisplayName = "the other node is proven gone")]
    public async Task A_half_that_is_not_certified_is_chosen_when_the_certified_one_is_lost_and_can_be_opened_alone(bool isAnswering)
    {
        using var rig = Closed().Agreed("n2", 5, "n2");

        var chosen = await ChooseAsync(rig, await ChoiceAsync(rig, other: isAnswering ? Other(rig, Lost) : null));
        Assert.IsTrue(chosen.IsOk, chosen.Fault?.ToString());
        Assert.AreEqual(("n1", "n1", 0L, new Epoch(5), null), (rig.Certificate.Writer.Value, InSync(rig), rig.Certificate.Txg, rig.Certificate.Epoch, rig.Certificate.HostId));
        Assert.Contains("an operator chose", rig.Certificate.Because);

        rig.Commands.On("zpool status", MirrorRig.Status("OFFLINE", "OFFLINE")).Answering("zpool import", () => rig.Imported());
        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.DoesNotContain(MirrorRig.Remote(0).ToString(), rig.Commands.Asked.Last(line => line.StartsWith("zpool import", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task The_half_that_gives_way_is_copied_whole_when_it_is_back_and_cannot_be_opened_before()
    {
        using var rig = Closed().Agreed("n1", 5, "n1");
        var choice = await ChoiceAsync(rig, keep: "n2", other: Other(rig));
        var refused = await ChooseAsync(rig, choice);
        rig.Agreed("n1", 5);
        Assert.IsTrue((await ChooseAsync(rig, await ChoiceAsync(rig, "n2", other: Other(rig), mineLost: true))).IsOk);

        var promoted = await rig.Roles.PromoteAsync(MirrorRig.Grant(6), null, default);
        await rig.Upkeep.KeepAsync(default);

        Assert.AreEqual((FaultCode.PreconditionFailed, FaultCode.WouldLoseWrites), (refused.Fault?.Code, promoted.Fault?.Code));
        Assert.Contains("volume resolve", promoted.Fault!.NextStep);
        Assert.AreEqual(("n2", "n2", 0L), (rig.Certificate.Writer.Value, InSync(rig), rig.Certificate.Txg));
    }

    [TestMethod]
    public async Task A_certificate_that_is_lost_is_made_out_again_for_the_chosen_half_alone()
    {
        using var rig = Closed().Agreed("n1", 5, "n1", "n2");
        await rig.Upkeep.KeepAsync(default);
        rig.Notes.Note = new UnitNote("", 1);

        var refused = await rig.Roles.PromoteAsync(MirrorRig.Grant(9), null, default);
        var chosen = await ChooseAsync(rig, await ChoiceAsync(rig, other: Other(rig, epoch: 8)));

        Assert.IsTrue(chosen.IsOk, chosen.Fault?.ToString());
        Assert.AreEqual(FaultCode.NotFound, refused.Fault?.Code);
        Assert.Contains("volume resolve tank --keep NODE", refused.Fault!.NextStep);
        Assert.AreEqual(("n1", "n1", new Epoch(8), MirrorRig.PoolGuid, true), (rig.Certificate.Writer.Value, InSync(rig), rig.Certificate.Epoch, rig.Certificate.PoolGuid, rig.Certificate.NeedsScrub));
    }

    [TestMethod]
    [DataRow("nothing to choose", "n1", "n1")]
    [DataRow("nothing to choose", "n1", "n1", "n2")]
    [DataRow("let n2 write", "n2", "n2")]
    [DataRow("both halves together hold everything", "n2")]
    public async Task Where_nothing_is_lost_nothing_is_chosen(string because, string writer, params string[] inSync)
    {
        using var rig = Closed().Agreed(writer, 5, inSync);
        var before = rig.Notes.Note;

        var plan = await PlanAsync(rig, await ChoiceAsync(rig, other: Other(rig)));
        Assert.Contains(because, string.Join(' ', plan.Blockers));
        _ = await ChooseAsync(rig, await ChoiceAsync(rig, other: Other(rig)));

        Assert.AreEqual(before, rig.Notes.Note);
    }

    [TestMethod]
    public async Task While_the_pool_is_imported_here_or_there_nothing_is_chosen()
    {
        using var rig = Closed().Agreed("n2", 5, "n2");
        var there = await ChooseAsync(rig, await ChoiceAsync(rig, other: Other(rig, Lost) with { IsOpen = Answer.Yes }));
        rig.Imported();
        var here = await ChooseAsync(rig, await ChoiceAsync(rig, other: Other(rig, Lost)));

        Assert.Contains("tank is open on n2", there.Fault!.Why);
        Assert.Contains("tank is open on n1", here.Fault!.Why);
        Assert.AreEqual("n2", InSync(rig));
    }

    [TestMethod]
    public async Task A_node_that_is_silent_or_said_to_be_dead_while_its_kernel_is_connected_may_write()
    {
        using var rig = Closed().Agreed("n2", 5, "n2");
        var silent = await ChooseAsync(rig, (await ChoiceAsync(rig)) with
        {
            Gone = ImmutableDictionary<NodeId, string>.Empty, Silent = new Dictionary<NodeId, string> { [new NodeId("n2")] = "no route" },
        });
        await File.AppendAllTextAsync(rig.Places.Connections, "  0: 0101000A:1194 0201000A:8001 01\n");
        var connected = await ChooseAsync(rig, await ChoiceAsync(rig));
        await File.WriteAllTextAsync(rig.Places.Connections, "  sl  local_address rem_address   st\n");
        rig.Paths(0, "live");
        var reached = await ChooseAsync(rig, await ChoiceAsync(rig));

        Assert.Contains("nothing proves that it does not write", silent.Fault!.Why);
        Assert.Contains("is connected to the drives of n1", connected.Fault!.Why);
        Assert.Contains("n1 is connected to 1 drives of n2", reached.Fault!.Why);
        Assert.AreEqual("n2", InSync(rig));
    }

    [TestMethod]
    public async Task Without_saying_that_the_rest_may_be_lost_or_with_a_drive_missing_it_is_refused()
    {
        using var rig = Closed().Agreed("n2", 5, "n2");
        var unsaid = await ChooseAsync(rig, (await ChoiceAsync(rig)) with { MayLose = false });
        rig.Commands.On($"zdb -l -u {rig.Device(MirrorRig.Local(1))}", MirrorRig.Label(guid: "1"));
        var missing = await ChooseAsync(rig, await ChoiceAsync(rig));

        Assert.Contains("--without-keeping", unsaid.Fault!.Why);
        Assert.Contains("the half of n1 is not complete (drive 1 holds pool tank 1)", missing.Fault!.Why);
        Assert.AreEqual("n2", InSync(rig));
    }

    [TestMethod]
    public async Task Whoever_opens_it_after_it_was_looked_at_is_faster_than_the_choice()
    {
        using var rig = Closed().Agreed("n2", 5, "n2");
        var choice = await ChoiceAsync(rig);
        rig.Agreed("n2", 6, "n2");
        var older = await ChooseAsync(rig, choice);
        choice = await ChoiceAsync(rig);
        rig.Notes.BeforeWrite = () =>
        {
            rig.Notes.BeforeWrite = null;
            rig.Agreed("n2", 7, "n2");
        };
        var raced = await ChooseAsync(rig, choice);

        Assert.Contains("certificate has changed", older.Fault!.Why);
        Assert.AreEqual((FaultCode.PreconditionFailed, "n2"), (raced.Fault?.Code, InSync(rig)));
    }

    [TestMethod]
    public async Task Killed_around_its_only_write_it_was_made_or_not_and_is_made_again_either_way()
    {
        using var rig = Closed().Agreed("n2", 5, "n2");
        rig.Notes.NextIsCancelled = true;
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await ChooseAsync(rig, await ChoiceAsync(rig)));
        Assert.AreEqual("n2", InSync(rig));
        rig.Restart();
        var again = await ChooseAsync(rig, await ChoiceAsync(rig));

        // It was written before the kill, and nobody heard of it.
        var version = rig.Notes.Note.Version;
        rig.Restart();
        var heard = await ChooseAsync(rig, await ChoiceAsync(rig));
        rig.Notes.CommitLate();

        Assert.IsTrue(again.IsOk && heard.IsOk, (again.Fault ?? heard.Fault)?.ToString());
        Assert.AreEqual(("n1", version), (InSync(rig), rig.Notes.Note.Version));
    }

    [TestMethod]
    public async Task Both_halves_show_what_speaks_for_them()
    {
        using var rig = Closed().Agreed("n2", 5, "n2");
        rig.Commands.Replace("zdb -l", MirrorRig.Label().Replace("txg = 100\n", "txg = 100\n\ttimestamp = 1700000000 UTC = Tue Nov 14 22:13:20 2023\n", StringComparison.Ordinal)
            .Replace("    hostid:", "    hostname: 'alpha'\n        resilver_txg: 90\n    hostid:", StringComparison.Ordinal));

        var side = (await rig.Backend.Ability<ICopyChoice>()!.ReadSideAsync(MirrorRig.Unit, default)).Value;
        var facts = side.Facts.ToDictionary(fact => fact.Name, fact => fact.Text, StringComparer.Ordinal);
        var plan = await PlanAsync(rig, await ChoiceAsync(rig, other: Other(rig, txg: 500) with { IsOpen = Answer.No }));

        Assert.AreEqual((Answer.No, rig.Notes.Note.Version), (side.IsOpen, side.Version));
        Assert.AreEqual("100|2023-11-14 22:13:20 UTC|alpha|2 of 2 are here and of this pool|0 of 2 over a live path|none", string.Join('|',
            facts["last group written"], facts["last written"], facts["last written by"], facts["drives"], facts["drives of n2 seen from here"], facts["connections"]));
        Assert.Contains("being copied", facts["copying"]);
        Assert.Contains("told by the test", facts["certificate in the store"]);
        Assert.Contains("was written further, to group 500", string.Join(' ', plan.Steps));
    }

    [TestMethod]
    public async Task A_pool_that_was_never_built_has_nothing_to_choose()
    {
        using var rig = new MirrorRig();
        rig.Commands.On("zdb -l", "failed to unpack label 0\nfailed to unpack label 1\nfailed to unpack label 2\nfailed to unpack label 3\n");

        var side = await rig.Backend.Ability<ICopyChoice>()!.ReadSideAsync(MirrorRig.Unit, default);

        Assert.AreEqual(FaultCode.NotFound, side.Fault?.Code);
    }

    private static string InSync(MirrorRig rig) => string.Join(',', rig.Certificate.InSync);

    private static MirrorRig Closed()
    {
        var rig = new MirrorRig();
        rig.Commands.On("zdb -l", MirrorRig.Label());
        return rig;
    }

    private static CopySide Other(MirrorRig rig, string missing = "", long txg = 100, long epoch = 5) => new(new NodeId("n2"), rig.Time.GetUtcNow(), Answer.No, rig.Notes.Note.Version, [])
    {
        Native = new HalfFacts(missing, MirrorRig.PoolGuid, txg, epoch, "").ToText(),
    };

    private static async Task<CopyChoice> ChoiceAsync(MirrorRig rig, string keep = "n1", CopySide? other = null, bool mineLost = false)
    {
        var mine = (await rig.Backend.Ability<ICopyChoice>()!.ReadSideAsync(MirrorRig.Unit, default)).Value;
        mine = mineLost ? mine with { Native = (HalfFacts.Parse(mine.Native)! with { Missing = Lost }).ToText() } : mine;
        return new CopyChoice(MirrorRig.Unit, new NodeId(keep), other is null ? [mine] : [mine, other])
        {
            MayLose = true,
            Gone = other is null ? new Dictionary<NodeId, string> { [new NodeId("n2")] = "declared dead" } : ImmutableDictionary<NodeId, string>.Empty,
        };
    }

    private static async Task<CopyChoicePlan> PlanAsync(MirrorRig rig, CopyChoice choice) => (await rig.Backend.Ability<ICopyChoice>()!.PlanAsync(choice, default)).Value;

    private static Task<Outcome> ChooseAsync(MirrorRig rig, CopyChoice choice) => rig.Backend.Ability<ICopyChoice>()!.ChooseAsync(choice, default);
}
