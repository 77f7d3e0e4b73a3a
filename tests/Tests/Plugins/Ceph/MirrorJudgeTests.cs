using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Mirrors;

namespace NodeAgent.Tests.Plugins.CephBackend;

[TestClass]
public sealed class MirrorJudgeTests
{
    private const int Error = 1;
    private const int Replaying = 4;
    private const int Stopped = 6;
    private const string Source = "local image is primary";
    private const string Nobody = "remote image is not primary";
    private const string Idle = """replaying, {"bytes_per_second":310689.19,"bytes_per_snapshot":6291456.0,"last_snapshot_bytes":4194304,"last_snapshot_sync_seconds":0,"local_snapshot_timestamp":1795334023,"remote_snapshot_timestamp":1795334053,"replay_state":"syncing","syncing_percent":25}""";

    private static readonly VolumeId Volume = new(new UnitId(new BackendId("ceph"), "db"), "data");
    private static readonly DateTimeOffset Held = DateTimeOffset.FromUnixTimeSeconds(1795334023);
    private static readonly DateTimeOffset Now = Held.AddSeconds(75);

    [TestMethod]
    [DataRow(true, Stopped, Source, true, Replaying, Idle, true, SiteState.Replaying)]
    [DataRow(false, Replaying, Idle, true, Stopped, Source, true, SiteState.Replaying)]
    [DataRow(true, Stopped, Source, true, Replaying, Idle, false, SiteState.Silent)]
    [DataRow(false, Replaying, Idle, false, Stopped, Source, true, SiteState.Silent)]
    [DataRow(true, Stopped, Source, true, Stopped, Source, true, SiteState.TwoSources)]
    [DataRow(true, Stopped, Source, true, Stopped, Source, false, SiteState.TwoSources)]
    [DataRow(false, Error, "split-brain", true, Stopped, Source, true, SiteState.SplitBrain)]
    [DataRow(true, Stopped, Source, true, Error, "split-brain", false, SiteState.SplitBrain)]
    [DataRow(true, Stopped, Source, true, Error, "failed to refresh image", true, SiteState.Failed)]
    [DataRow(false, 0, Nobody, true, 0, Nobody, true, SiteState.NoSource)]
    [DataRow(false, 0, "status not found", true, 0, Nobody, true, SiteState.NoSource)]
    [DataRow(false, 0, Nobody, false, 0, Nobody, true, SiteState.Silent)]
    [DataRow(true, Stopped, Source, true, 0, "status not found", false, SiteState.Silent)]
    [DataRow(true, Stopped, Source, true, Stopped, "resync requested", true, SiteState.Syncing)]
    [DataRow(false, 2, "bootstrapping", true, Stopped, Source, true, SiteState.Syncing)]
    public void What_both_sites_say_comes_to_one_state(bool isPrimary, int here, string saidHere, bool upHere, int there, string saidThere, bool upThere, SiteState state)
    {
        var judged = Judge(new MirrorImage("db+data", isPrimary, [new MirrorSite("", here, saidHere, 5, upHere), new MirrorSite("b", there, saidThere, 5, upThere)]));
        Assert.AreEqual((isPrimary ? SiteRole.Source : SiteRole.Copy, state), (judged.Role, judged.State));
    }

    [TestMethod]
    public void Figures_are_those_of_whoever_follows_and_age_is_since_the_instant_that_it_holds_in_whole()
    {
        var judged = Judge(new MirrorImage("db+data", IsPrimary: true, [new MirrorSite("", Stopped, Source, 5, true), new MirrorSite("b", Replaying, Idle, 7, true)]));
        Assert.AreEqual((Held, TimeSpan.FromSeconds(75), 4194304L, 0.25), (judged.HeldByCopy, judged.Behind, judged.LastBytes, judged.Progress));
        CollectionAssert.AreEqual(new[] { "here: up+stopped: local image is primary", "there: up+replaying: replaying" }, judged.Voices.Select(voice => $"{voice.Site}: {voice.Native}").ToArray());
        Assert.AreEqual(DateTimeOffset.FromUnixTimeSeconds(7), judged.Voices[1].At);
    }

    [TestMethod]
    [DataRow("""replaying, {"remote_snapshot_timestamp":1795334023,"replay_state":"idle"}""", true)]
    [DataRow("""replaying, {"remote_snapshot_timestamp":1795334023,"replay_state":"syncing"}""", false)]
    [DataRow("""replaying, {"local_snapshot_timestamp":0,"replay_state":"syncing"}""", false)]
    [DataRow("""replaying, {"local_snapshot_timestamp":179533""", false)]
    [DataRow("replaying", false)]
    public void What_the_copy_holds_is_never_guessed(string said, bool isKnown)
    {
        Assert.AreEqual(isKnown ? Held : null, MirrorFigures.Of(said).Held);
    }

    [TestMethod]
    public void What_was_last_known_to_be_held_counts_while_nobody_tells_and_not_for_two_sources()
    {
        var before = Held.AddSeconds(-60);
        var silent = new MirrorImage("db+data", IsPrimary: true, [new MirrorSite("b", 0, "status not found", 0, false)]);
        Assert.AreEqual(before, MirrorJudge.Judge(Volume, silent, new Dictionary<string, string>(), Now, before).HeldByCopy);
        var two = new MirrorImage("db+data", IsPrimary: true, [new MirrorSite("b", Stopped, Source, 1, true)]);
        Assert.IsNull(MirrorJudge.Judge(Volume, two, new Dictionary<string, string>(), Now, before).HeldByCopy);
        Assert.AreEqual((SiteRole.None, SiteState.Off), MirrorJudge.Judge(Volume, null, new Dictionary<string, string>(), Now, before) is var off ? (off.Role, off.State) : default);
    }

    [TestMethod]
    public void A_unit_is_as_bad_and_as_old_as_the_worst_of_its_volumes()
    {
        var good = new VolumeMirror(Volume, SiteRole.Source, SiteState.Replaying) { HeldByCopy = Held, Behind = TimeSpan.FromSeconds(75) };
        var old = good with { HeldByCopy = Held.AddSeconds(-60), Behind = TimeSpan.FromSeconds(135), State = SiteState.Silent };
        var unit = new UnitMirror(Volume.Unit, [good, old]);
        Assert.AreEqual((SiteRole.Source, SiteState.Silent, Held.AddSeconds(-60), TimeSpan.FromSeconds(135)), (unit.Role, unit.State, unit.HeldByCopy, unit.Behind));
        var unknown = new UnitMirror(Volume.Unit, [good, old with { HeldByCopy = null, Behind = null, Role = SiteRole.Copy }]);
        Assert.AreEqual((SiteRole.Mixed, (DateTimeOffset?)null, (TimeSpan?)null), (unknown.Role, unknown.HeldByCopy, unknown.Behind));
    }

    private static VolumeMirror Judge(MirrorImage image) =>
        MirrorJudge.Judge(Volume, image, new Dictionary<string, string> { [""] = "here", ["b"] = "there" }, Now, null);
}
