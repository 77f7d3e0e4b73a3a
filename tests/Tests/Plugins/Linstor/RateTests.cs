using NodeAgent.Plugins.LinstorBackend.Tool;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>How fast a volume is copied is set where it was asked for, on the node that does not write, and nothing else with it.</summary>
[TestClass]
public sealed class RateTests
{
    [TestMethod]
    [DataRow(false, "drbdsetup disk-options 0 --resync-rate=204800k --c-max-rate=204800k")]
    [DataRow(true, "drbdsetup peer-device-options data 0 0 --resync-rate=204800k --c-max-rate=204800k")]
    public async Task It_is_set_once_and_again_when_somebody_took_it_back(bool isNine, string line)
    {
        using var rig = Reading("200MiB", isNine);
        await rig.KeepAsync(300);
        Assert.AreEqual((1, "204800k", "204800k"), (rig.Kernel.Asked.Count(asked => asked == line), rig.Kernel.Rates.Fixed, rig.Kernel.Rates.Most));
        Assert.AreEqual(1, Set(rig));

        rig.Kernel.Rates = ("204800k", "102400k");
        await rig.KeepAsync(60);

        Assert.AreEqual((2, "204800k"), (Set(rig), rig.Kernel.Rates.Most));
    }

    [TestMethod]
    public async Task Without_the_option_the_files_decide()
    {
        using var rig = Reading(null);

        await rig.KeepAsync(300);

        Assert.AreEqual(0, Set(rig));
        Assert.IsEmpty((await rig.Backend.ProbeAsync(default)).Value.Remarks);
    }

    [TestMethod]
    [DataRow("writer")]
    [DataRow("no disk")]
    public async Task Where_it_could_do_harm_or_nothing_it_is_not_set(string trouble)
    {
        using var rig = Reading("200MiB");
        if (trouble == "writer")
        {
            (_, rig.Kernel.PeerRole) = (rig.Writing("n1", "n2"), "Secondary");
        }
        else
        {
            rig.Kernel.Disk = "Diskless";
        }

        await rig.KeepAsync(300);

        Assert.AreEqual(0, Set(rig));
    }

    [TestMethod]
    public async Task A_copy_that_is_being_brought_up_to_date_keeps_to_it()
    {
        using var rig = Reading("200MiB").Agreed("n2", 5, "n2");
        (rig.Kernel.Disk, rig.Kernel.Replication) = ("Inconsistent", "SyncTarget");

        await rig.KeepAsync(2);

        Assert.AreEqual(1, Set(rig));
    }

    [TestMethod]
    public async Task Doctor_says_what_the_kernel_has_instead()
    {
        using var rig = Reading("200MiB");
        var remark = (await rig.Backend.ProbeAsync(default)).Value.Remarks.Single();
        Assert.Contains("resync-rate 250k and c-max-rate 102400k, and option 'resync_rate' says 200MiB", remark);

        await rig.KeepAsync();

        Assert.IsEmpty((await rig.Backend.ProbeAsync(default)).Value.Remarks);
    }

    [TestMethod]
    public async Task The_rates_of_nodes_that_only_vote_are_their_own()
    {
        using var rig = Reading("200MiB", isNine: true);
        rig.Kernel.Voters = ["n3"];

        await rig.KeepAsync(300);

        Assert.AreEqual(1, Set(rig));
    }

    [TestMethod]
    [DataRow("1MiB", 1L << 10)]
    [DataRow("100MiB", 100L << 10)]
    [DataRow("4GiB", 4L << 20)]
    [DataRow("4096MiB", 4L << 20)]
    public void What_the_kernel_takes_is_read(string text, long kibibytes)
    {
        var rate = ResyncRate.Parse(text);

        Assert.AreEqual(kibibytes, rate?.Kibibytes);
        Assert.AreEqual(rate, ResyncRate.Parse($"{rate}"));
    }

    private static DrbdRig Reading(string? rate, bool isNine = false)
    {
        var rig = new DrbdRig(module: isNine ? "9.2.19" : "8.4.11").Agreed("n2", 5, "n1", "n2");
        (rig.Kernel.PeerRole, rig.Kernel.IsNine) = ("Primary", isNine);
        if (rate is not null)
        {
            rig.More["resync_rate"] = rate;
        }

        if (isNine)
        {
            (rig.More["trust_untried_drbd9"], rig.Kernel.Tools) = ("true", "9.28.0");
        }

        rig.Restart();
        return rig;
    }

    private static int Set(DrbdRig rig) => rig.Kernel.Asked.Count(line => line.Contains("-options ", StringComparison.Ordinal));
}
