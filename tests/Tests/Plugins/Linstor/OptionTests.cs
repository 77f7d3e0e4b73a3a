using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend;
using NodeAgent.Plugins.LinstorBackend.Tool;

namespace NodeAgent.Tests.Plugins.Linstor;

[TestClass]
public sealed class OptionTests
{
    [TestMethod]
    public void Both_nodes_read_the_same_options_each_from_its_side()
    {
        using var rig = new DrbdRig();
        var second = OptionReading.From(rig.Context("n2")).Value;

        Assert.AreEqual((new NodeId("n2"), new NodeId("n1"), VolumeKind.Filesystem), (second.Self, second.Peer, second.Resources["data"]));
    }

    [TestMethod]
    [DataRow("nodes", "n1")]
    [DataRow("nodes", "n1,n1")]
    [DataRow("nodes", "n1,n2,n3")]
    [DataRow("nodes", "n8,n9")]
    [DataRow("resources", "")]
    [DataRow("resources", "data")]
    [DataRow("resources", "all=block")]
    [DataRow("resources", "data=block,data=filesystem")]
    [DataRow("resources", "--force=block")]
    [DataRow("resources", "data=tape")]
    [DataRow("mountpoint", "mnt")]
    [DataRow("mountpoint", "/a/../b")]
    [DataRow("verify", "")]
    [DataRow("verify", "7")]
    [DataRow("verify", "0d")]
    [DataRow("verify", "07d")]
    [DataRow("verify", "30m")]
    [DataRow("verify", "366d")]
    [DataRow("verify", "9000h")]
    [DataRow("verify", "-1d")]
    [DataRow("verify", "99999999999d")]
    [DataRow("resync_rate", "")]
    [DataRow("resync_rate", "100")]
    [DataRow("resync_rate", "100M")]
    [DataRow("resync_rate", "0MiB")]
    [DataRow("resync_rate", "01MiB")]
    [DataRow("resync_rate", "-1MiB")]
    [DataRow("resync_rate", "MiB")]
    [DataRow("resync_rate", "5GiB")]
    [DataRow("resync_rate", "4097MiB")]
    [DataRow("resync_rate", "99999999999GiB")]
    [DataRow("apply_options", "yes")]
    [DataRow("networks", "")]
    [DataRow("networks", "10.0.1.1")]
    [DataRow("networks", "10.0.1.1/24")]
    [DataRow("networks", "10.0.1.0/33")]
    [DataRow("networks", "10.0.1.0/24,")]
    [DataRow("networks", "10.0.1.0/24,10.0.1.0/24")]
    [DataRow("networks", "eth1")]
    [DataRow("colour", "red")]
    public void A_wrong_value_names_its_option(string option, string value)
    {
        using var rig = new DrbdRig();
        var options = rig.Options();
        options[option] = value;

        var made = new DrbdBackendFactory().Create(rig.Context(options: options));

        Assert.AreEqual(FaultCode.InvalidArgument, made.Fault?.Code);
        Assert.Contains($"'{option}'", made.Fault!.Why);
    }

    [TestMethod]
    [DataRow("1h", 1)]
    [DataRow("7d", 7 * 24)]
    [DataRow("365d", 365 * 24)]
    public void How_often_copies_are_compared_is_read(string value, int hours)
    {
        using var rig = new DrbdRig();
        rig.More["verify"] = value;

        Assert.AreEqual(TimeSpan.FromHours(hours), OptionReading.From(rig.Context()).Value.VerifyEvery);
    }

    [TestMethod]
    [DataRow("allow-two-primaries\tyes;", "allow-two-primaries no")]
    [DataRow("allow-two-primaries;", "allow-two-primaries no")]
    [DataRow("protocol A;", "protocol C")]
    [DataRow("after-sb-1pri discard-secondary; # c", "after-sb-1pri disconnect")]
    [DataRow("rr-conflict call-pri-lost;", "rr-conflict disconnect")]
    [DataRow("on-congestion pull-ahead;", "on-congestion block")]
    [DataRow("fencing resource-only;", "fencing resource-and-stonith")]
    [DataRow("disk-flushes    \tno;", "disk-flushes yes")]
    [DataRow("disk-flushes yes; # default\ndisk-flushes no;", "disk-flushes yes")]
    [DataRow("disk-flushes no;\ndisk-barrier yes;\ndisk-flushes no;\ndisk-barrier no; # default", "disk-flushes yes")]
    [DataRow("disk-flushes no;\ndisk-barrier yes;", "disk-flushes yes")]
    [DataRow("disk-drain no;", "disk-drain yes")]
    [DataRow("md-flushes no;", "md-flushes yes")]
    [DataRow("disk-timeout 50; # 1/10 seconds", "disk-timeout 0")]
    [DataRow("disk-timeout 0; # 1/10 seconds, default\ndisk-timeout 1;", "disk-timeout 0")]
    public void An_option_that_one_volume_or_the_net_has_otherwise_is_found(string line, string wanted)
    {
        var found = OptionRules.Judge(ShownOptions.Parse(Right + line + "\n"), ShownOptions.Parse("fence-peer \"/bin/false\";\n"));

        Assert.HasCount(1, found.Unsafe);
        Assert.Contains(wanted, found.Unsafe[0]);
    }

    [TestMethod]
    [DataRow("disk-barrier no; # default\ndisk-flushes yes; # default\ndisk-drain yes; # default\nmd-flushes yes; # default")]
    [DataRow("disk-barrier yes;")]
    public void Flushes_that_are_on_or_left_out_are_right(string lines) =>
        Assert.IsEmpty(OptionRules.Judge(ShownOptions.Parse(Right + lines + "\n"), ShownOptions.Parse("fence-peer /bin/false;\n")).Unsafe);

    [TestMethod]
    public async Task A_disk_whose_cache_is_never_flushed_is_not_promoted_and_the_line_to_put_is_told()
    {
        using var rig = new DrbdRig().Agreed("n2", 5, "n1", "n2");
        rig.Kernel.DiskOptions = "disk-flushes    no;";

        var promoted = await rig.PromoteAsync();

        Assert.AreEqual(FaultCode.PreconditionFailed, promoted.Fault?.Code);
        Assert.Contains("disk { disk-flushes yes; } is missing", promoted.Fault!.Why);
        Assert.Contains("drbdadm adjust data", promoted.Fault.NextStep);
    }

    [TestMethod]
    public void Right_options_are_right_and_missing_ones_are_not()
    {
        var right = OptionRules.Judge(ShownOptions.Parse(Right), ShownOptions.Parse("    fence-peer       /bin/false;\n"));
        var none = OptionRules.Judge(ShownOptions.Parse(""), ShownOptions.Parse(""));

        Assert.IsEmpty(right.Unsafe, string.Join('|', right.Unsafe));
        Assert.IsEmpty(right.Slow, string.Join('|', right.Slow));
        Assert.HasCount(4, none.Unsafe);
    }

    [TestMethod]
    [DataRow("protocol C;", 0)]
    [DataRow("protocol C;\nallow-two-primaries yes;", 1)]
    [DataRow("", 1)]
    public void Without_a_connection_its_options_are_those_of_the_files(string written, int wrong)
    {
        var found = OptionRules.Judge(ShownOptions.Parse("fencing resource-and-stonith;\non-io-error detach;\n"), ShownOptions.Parse($"fence-peer /bin/false;\n{written}\n"));

        Assert.HasCount(wrong, found.Unsafe);
    }

    [TestMethod]
    public void Timeouts_that_make_it_late_are_named()
    {
        var found = OptionRules.Judge(ShownOptions.Parse(Right + "ping-int 10; # seconds, default\n"), ShownOptions.Parse("fence-peer /bin/false;\n"));

        Assert.Contains("ping-int 2;", found.Slow.Single());
    }

    [TestMethod]
    [DataRow("ko-count 0;", "ko-count 7")]
    [DataRow("ping-timeout 300; # 1/10 seconds", "ping-timeout 5")]
    [DataRow("on-no-data-accessible suspend-io;", "on-no-data-accessible io-error")]
    public void What_makes_a_writer_wait_for_ever_or_long_is_named(string line, string wanted)
    {
        var found = OptionRules.Judge(ShownOptions.Parse(Right + line + "\n"), ShownOptions.Parse("fence-peer /bin/false;\n"));

        Assert.IsEmpty(found.Unsafe, string.Join('|', found.Unsafe));
        Assert.Contains(wanted, found.Slow.Single());
    }

    [TestMethod]
    public void The_kernels_own_waits_are_right()
    {
        var found = OptionRules.Judge(
            ShownOptions.Parse(Right + "ko-count 7; # default\nping-timeout 5; # 1/10 seconds, default\non-no-data-accessible io-error; # default\ndisk-timeout 0; # 1/10 seconds, default\n"),
            ShownOptions.Parse("fence-peer /bin/false;\n"));

        Assert.IsEmpty(found.Unsafe.Concat(found.Slow));
    }

    [TestMethod]
    [DataRow("250k; # bytes/second, default", 1)]
    [DataRow("0k; # bytes/second", 0)]
    [DataRow("4096k; # bytes/second", 0)]
    [DataRow("10M;", 0)]
    public void A_resync_that_crawls_while_the_service_writes_is_named(string value, int remarks)
    {
        var found = OptionRules.Judge(ShownOptions.Parse(Right + $"c-min-rate {value}\n"), ShownOptions.Parse("fence-peer /bin/false;\n"));

        Assert.HasCount(remarks, found.Slow);
    }

    internal const string Right =
        """
        protocol C;
        allow-two-primaries no; # default
        after-sb-0pri disconnect; # default
        after-sb-1pri disconnect; # default
        after-sb-2pri disconnect; # default
        rr-conflict disconnect; # default
        on-congestion block; # default
        fencing resource-and-stonith;
        on-io-error detach; # default
        timeout 20; # 1/10 seconds
        ping-int 3; # seconds
        connect-int 3; # seconds

        """;
}
