using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Tool;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>DRBD 9 over a model of it: nobody has tried it on a real module, and nothing of it is armed unless an operator says so.</summary>
[TestClass]
public sealed class NineTests
{
    [TestMethod]
    public async Task Without_the_operators_word_nothing_is_opened()
    {
        using var rig = Nine(trusted: false);

        var promoted = await rig.PromoteAsync();
        var probed = await rig.Backend.ProbeAsync(default);

        Assert.AreEqual(FaultCode.Unsupported, promoted.Fault?.Code);
        Assert.Contains("trust_untried_drbd9", promoted.Fault!.Why);
        Assert.AreEqual(HealthLevel.Failed, probed.Value.Level);
    }

    [TestMethod]
    public async Task With_it_the_same_is_done_as_with_the_older_generation_and_told_loudly()
    {
        using var rig = Nine(voters: "n3");

        var promoted = await rig.PromoteAsync();
        var kept = await rig.KeepAsync(3);
        var probed = await rig.Backend.ProbeAsync(default);

        Assert.IsTrue(promoted.IsOk && kept.IsOk, (promoted.Fault ?? kept.Fault)?.ToString());
        Assert.AreEqual("n1,n2", rig.InSync);
        Assert.Contains("ALARM: DRBD 9.2.19", probed.Value.Remarks.Single());
        Assert.AreEqual(FenceStrength.NodeFenceRequired, rig.Backend.Describe().Fence, "the storage is not trusted to keep the old writer out");
    }

    [TestMethod]
    public async Task A_takeover_parts_from_the_other_copy_alone_and_keeps_the_one_that_votes()
    {
        using var rig = Nine(voters: "n3");
        rig.Kernel.PeerDies();

        var promoted = await rig.PromoteAsync();

        Assert.IsTrue(promoted.IsOk, promoted.Fault?.ToString());
        Assert.Contains("disconnect data:n2", rig.Kernel.Changes);
        Assert.DoesNotContain("disconnect data", rig.Kernel.Changes);
        Assert.Contains("connect data:n2", rig.Kernel.Changes);
    }

    [TestMethod]
    [DataRow("quorum", "off", "auto-quorum")]
    [DataRow("on-no-quorum", "?", "on-no-quorum suspend-io")]
    [DataRow("auto-promote", "yes", "auto-promote no")]
    [DataRow("allow-two-primaries", "yes", "ALARM: both nodes could write at once")]
    [DataRow("rr-conflict", "violently", "rr-conflict disconnect")]
    [DataRow("fencing", "dont-care", "fencing resource-and-stonith")]
    [DataRow("protocol", "A", "protocol C")]
    [DataRow("on-io-error", "pass_on", "on-io-error detach")]
    [DataRow("disk-flushes", "no", "disk-flushes yes")]
    [DataRow("disk-drain", "no", "disk-drain yes")]
    [DataRow("md-flushes", "no", "md-flushes yes")]
    [DataRow("disk-timeout", "50", "disk-timeout 0")]
    public async Task An_option_that_is_not_right_stops_it_and_is_named(string option, string value, string told)
    {
        using var rig = Nine(voters: "n3");
        rig.Kernel.Nine[option] = value;

        var promoted = await rig.PromoteAsync();
        var probed = await rig.Backend.ProbeAsync(default);

        Assert.AreEqual(FaultCode.PreconditionFailed, promoted.Fault?.Code);
        Assert.Contains(told, promoted.Fault!.Why);
        Assert.IsTrue(probed.Value.Remarks.Any(remark => remark.Contains(told, StringComparison.Ordinal)), string.Join('|', probed.Value.Remarks));
    }

    [TestMethod]
    public async Task Of_two_votes_one_is_no_majority()
    {
        using var rig = Nine();
        Assert.IsTrue((await rig.Backend.ProbeAsync(default)).Value.Remarks.All(remark => remark.StartsWith("ALARM: DRBD 9.2.19 is used", StringComparison.Ordinal)));
        rig.Kernel.Nine["quorum"] = "majority";

        var promoted = await rig.PromoteAsync();

        Assert.Contains("options { quorum off; }", promoted.Fault!.Why);
    }

    [TestMethod]
    public async Task Two_that_only_vote_are_an_alarm()
    {
        using var rig = Nine(voters: "n3,n4");

        var probed = await rig.Backend.ProbeAsync(default);

        Assert.IsTrue(probed.Value.Remarks.Any(remark => remark.Contains("n3 and n4 have no copy and a vote each", StringComparison.Ordinal)), string.Join('|', probed.Value.Remarks));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("[{")]
    [DataRow("no json")]
    public void What_is_no_JSON_is_no_options(string text) => Assert.IsNull(ShownOptions.ParseJson(text));

    [TestMethod]
    public void No_text_makes_the_reader_of_options_fall_over_or_find_all_right()
    {
        const string right = """[{"resource":"data","options":{"auto-promote":"no","quorum":"majority"},"connections":[{"_peer_node_id":1,"net":{"protocol":"C"}}]}]""";
        uint seed = 20_261_122;
        for (var round = 0; round < 5_000; round++)
        {
            var text = right.ToCharArray();
            for (var change = 0; change < 1 + (round % 4); change++)
            {
                seed = (seed * 1_664_525) + 1_013_904_223;
                text[(int)(seed >> 8) % text.Length] = " {}[]:,\"0a"[(int)(seed % 10)];
            }

            var read = ShownOptions.ParseJson(new string(text));
            Assert.IsTrue(read is null || NineRules.Judge(read, ShownOptions.Parse("")).Unsafe.Count > 0);
        }
    }

    private static DrbdRig Nine(bool trusted = true, string voters = "")
    {
        var rig = new DrbdRig(module: "9.2.19").Agreed("n2", 5, "n1", "n2");
        rig.Kernel.IsNine = true;
        rig.Kernel.Tools = "9.28.0";
        rig.Kernel.Voters = voters.Split(',', StringSplitOptions.RemoveEmptyEntries);
        rig.More["trust_untried_drbd9"] = trusted ? "true" : "false";
        rig.Restart();
        return rig;
    }
}
