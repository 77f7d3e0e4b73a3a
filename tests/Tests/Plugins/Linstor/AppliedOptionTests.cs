using NodeAgent.Plugins.LinstorBackend.Kernel;
using NodeAgent.Plugins.LinstorBackend.Tool;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>Timeouts and the like are set where it was asked for, on the node that does not write; what is unsafe stays with the files.</summary>
[TestClass]
public sealed class AppliedOptionTests
{
    [TestMethod]
    [DataRow(false, "drbdsetup net-options ipv4:10.0.0.1:7789 ipv4:10.0.0.2:7789 --ping-int=2 --connect-int=2 --timeout=15")]
    [DataRow(true, "drbdsetup net-options data 0 --ping-int=2 --connect-int=2 --timeout=15")]
    public async Task A_slow_timeout_is_set_with_those_that_it_must_fit_and_again_when_somebody_took_it_back(bool isNine, string line)
    {
        using var rig = Reading("true", isNine);
        await rig.KeepAsync(300);
        Assert.AreEqual((1, "2"), (rig.Kernel.Asked.Count(asked => asked == line), rig.Kernel.PingInterval));
        Assert.IsEmpty((await rig.Backend.ProbeAsync(default)).Value.Remarks.Where(remark => remark.Contains("ping-int", StringComparison.Ordinal)));

        rig.Kernel.PingInterval = "10";
        await rig.KeepAsync(60);

        Assert.AreEqual(2, Set(rig));
    }

    [TestMethod]
    [DataRow("no option")]
    [DataRow("writer")]
    [DataRow("not connected")]
    public async Task Nothing_is_set(string because)
    {
        using var rig = Reading(because == "no option" ? "false" : "true");
        if (because == "writer")
        {
            (_, rig.Kernel.PeerRole) = (rig.Writing("n1", "n2"), "Secondary");
        }
        else if (because == "not connected")
        {
            rig.Kernel.Connection = "Connecting";
        }

        await rig.KeepAsync(300);

        Assert.AreEqual(0, Set(rig));
    }

    [TestMethod]
    [DataRow("on-no-data-accessible suspend-io;", "options on-no-data-accessible io-error")]
    [DataRow("c-min-rate 250k;", "disk c-min-rate 0")]
    [DataRow("ko-count 0;", "net ko-count 7")]
    [DataRow("ping-timeout 60;", "net ping-timeout 5")]
    [DataRow("rr-conflict\tviolently;", "")]
    [DataRow("after-sb-1pri discard-secondary;", "")]
    [DataRow("protocol A;", "")]
    [DataRow("allow-two-primaries yes;", "")]
    [DataRow("fencing dont-care;", "")]
    [DataRow("disk-flushes no;", "")]
    [DataRow("disk-timeout 100;", "")]
    [DataRow("on-io-error pass_on;", "")]
    public void What_is_slow_can_be_set_and_what_is_unsafe_is_only_told(string option, string set)
    {
        var found = OptionRules.Judge(ShownOptions.Parse(OptionTests.Right + option + "\n"), ShownOptions.Parse("fence-peer /bin/false;\n"));

        Assert.HasCount(1, found.Unsafe.Concat(found.Slow));
        Assert.AreEqual(set, string.Join(", ", found.Settings));
    }

    [TestMethod]
    [DataRow(false, "disk-options 0 --c-min-rate=0|disk-options 1 --c-min-rate=0")]
    [DataRow(true, "peer-device-options data 3 0 --c-min-rate=0|peer-device-options data 3 1 --c-min-rate=0")]
    public void Each_volume_is_told_in_the_words_of_its_generation(bool isNine, string orders)
    {
        VolumeState Volume(int number) => new(number, number, "UpToDate", "Established", "UpToDate", 0, true);
        var state = new ResourceState("data", "Secondary", "no", "Connected", "Primary", [Volume(0), Volume(1)]) { PeerId = "3" };

        var given = OptionOrders.Of(isNine, state, null, [new("disk", "c-min-rate", "0")]);

        Assert.AreEqual(orders, string.Join('|', given.Select(words => string.Join(' ', words))));
    }

    private static DrbdRig Reading(string applies, bool isNine = false)
    {
        var rig = new DrbdRig(module: isNine ? "9.2.19" : "8.4.11").Agreed("n2", 5, "n1", "n2");
        (rig.Kernel.PeerRole, rig.Kernel.IsNine, rig.Kernel.PingInterval) = ("Primary", isNine, "10");
        rig.More["apply_options"] = applies;
        if (isNine)
        {
            (rig.More["trust_untried_drbd9"], rig.Kernel.Tools) = ("true", "9.28.0");
        }

        rig.Restart();
        return rig;
    }

    private static int Set(DrbdRig rig) => rig.Kernel.Asked.Count(line => line.Contains("-options ", StringComparison.Ordinal));
}
