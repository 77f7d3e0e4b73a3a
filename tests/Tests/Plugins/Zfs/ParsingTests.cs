using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend;
using NodeAgent.Plugins.ZfsBackend.Events;
using NodeAgent.Plugins.ZfsBackend.Listing;
using NodeAgent.Plugins.ZfsBackend.Pools;
using NodeAgent.Plugins.ZfsBackend.Replication;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Tests.Plugins.Zfs;

[TestClass]
public sealed class ParsingTests
{
    private static readonly StreamStep Step = new(
        Rig.Data, null, new HistoryPoint("s3", "5", 1, DateTimeOffset.UnixEpoch, false), null, new Epoch(1));

    [TestMethod]
    public void A_recorded_unit_is_read()
    {
        var unit = ReadUnit(Recording.Of("zfs-list-unit.json")).Value;
        Assert.AreEqual(Role.Writer, unit.Role);
        Assert.AreEqual(new Epoch(3), unit.Epoch);
        CollectionAssert.AreEqual(new[] { "data", "disk" }, unit.Volumes.Select(volume => volume.Name).ToArray());
        Assert.AreEqual(104857600, unit.Volumes[0].Bytes);
        Assert.AreEqual("/nodeagent/a/db/data", unit.Volumes[0].Mountpoint);
        Assert.AreEqual(67108864, unit.Volumes[1].Bytes);
        CollectionAssert.AreEqual(new[] { "na-3-1", "na-3-2" }, unit.CompleteSnapshots().ToArray());
        Assert.AreEqual(1, unit.Volumes[0].Snapshot("na-3-1")!.HoldCount);
        CollectionAssert.AreEqual(new[] { "tank/nodeagent/cl" }, unit.Volumes[1].Snapshot("na-3-2")!.Clones.ToArray());
        Assert.AreEqual(1795217060456, unit.Volumes[0].Newest!.CreatedAt.ToUnixTimeMilliseconds());
        Assert.IsTrue(unit.Volumes[0].Points.Any(point => point is { IsBookmark: true, Name: "na-cursor:n2:77" }));
    }

    [TestMethod]
    public void Recorded_bookmarks_come_with_their_guid()
    {
        var rows = DatasetListing.Parse("x", Recording.Of("zfs-list-bookmarks.json")).Value;
        var bookmark = rows.Single(row => row.Name.EndsWith("#na-cursor:n2:4", StringComparison.Ordinal));
        Assert.AreEqual("BOOKMARK", bookmark.Type);
        Assert.AreEqual("1989159760725702563", bookmark.Text("guid"));
    }

    [TestMethod]
    [DataRow("zpool-status-online.json", "tank", HealthLevel.Ok, "ONLINE", 0)]
    [DataRow("zpool-status-scrubbing.json", "tank", HealthLevel.Ok, "ONLINE", 0)]
    [DataRow("zpool-status-offline.json", "pond", HealthLevel.Degraded, "DEGRADED", 2)]
    [DataRow("zpool-status-faulted.json", "pond", HealthLevel.Degraded, "DEGRADED", 2)]
    public void A_recorded_pool_has_its_verdict(string file, string pool, HealthLevel level, string native, int remarks)
    {
        var report = PoolStatus.Parse("x", pool, Recording.Of(file)).Value;
        Assert.AreEqual(level, report.Health);
        Assert.AreEqual(native, report.Native);
        Assert.HasCount(remarks, report.Remarks);
    }

    [TestMethod]
    public void A_recorded_pool_names_the_disks_that_it_waits_for()
    {
        var online = Recording.Of("zpool-status-online.json");
        CollectionAssert.AreEqual(new[] { "/dev/disk/by-id/virtio-n1d1-part1" }, PoolStatus.Parse("x", "tank", online).Value.Devices.ToArray());
        var faulted = online.Replace("-part1\",\"class\":\"normal\",\"state\":\"ONLINE\"", "-part1\",\"class\":\"normal\",\"state\":\"FAULTED\"", StringComparison.Ordinal);
        Assert.IsEmpty(PoolStatus.Parse("x", "tank", faulted).Value.Devices, "nothing waits for a disk that is out of use");
        Assert.IsEmpty(PoolStatus.Parse("x", "pond", Recording.Of("zpool-status-offline.json")).Value.Devices, "a file is no device");
    }

    [TestMethod]
    public void A_recorded_scrub_tells_how_far_it_is()
    {
        var activity = PoolStatus.Parse("x", "tank", Recording.Of("zpool-status-scrubbing.json")).Value.Activity;
        Assert.AreEqual(new PoolActivity("scrub", 40960, 114589184 - 93696), activity);
    }

    [TestMethod]
    public void A_pool_that_calls_itself_online_is_degraded_by_the_errors_of_a_device()
    {
        var lied = Recording.Of("zpool-status-online.json").Replace("\"checksum_errors\":0,\"slow_ios\":0", "\"checksum_errors\":7,\"slow_ios\":2", StringComparison.Ordinal);
        var report = PoolStatus.Parse("x", "tank", lied).Value;
        Assert.AreEqual(HealthLevel.Degraded, report.Health);
        Assert.HasCount(2, report.Remarks);
    }

    [TestMethod]
    public void A_suspended_pool_has_failed()
    {
        var lied = Recording.Of("zpool-status-online.json").Replace("\"name\":\"tank\",\"state\":\"ONLINE\"", "\"name\":\"tank\",\"state\":\"SUSPENDED\"", StringComparison.Ordinal);
        Assert.AreEqual(HealthLevel.Failed, PoolStatus.Parse("x", "tank", lied).Value.Health);
        Assert.IsTrue(PoolStatus.Parse("x", "tank", lied).Value.IsSuspended);
        Assert.IsFalse(PoolStatus.Parse("x", "tank", Recording.Of("zpool-status-online.json")).Value.IsSuspended);
    }

    [TestMethod]
    public void Recorded_room_is_what_a_dataset_sees()
    {
        var room = PoolRoom.Parse("x", Recording.Of("zfs-list-room.json")).Value;
        Assert.IsGreaterThan(1_000_000_000, room.Available);
    }

    [TestMethod]
    [DataRow(7L, 7L, DisplayName = "a quota")]
    [DataRow(30L, 19L, DisplayName = "a quota that is larger than what the pool has")]
    [DataRow(null, 19L, DisplayName = "no quota")]
    public void What_is_left_is_what_the_dataset_of_the_units_may_still_take(long? limit, long left)
    {
        var report = (new PoolRoom(81, 19) { Limit = limit }).ApplyTo(new PoolReport("p", HealthLevel.Ok, null, null, null, [], "ONLINE"));
        Assert.AreEqual(left, report.AvailableBytes);
        Assert.AreEqual(100, report.CapacityBytes);
    }

    [TestMethod]
    public void A_crowded_pool_is_remarked_on()
    {
        var report = new PoolRoom(81, 19).ApplyTo(new PoolReport("p", HealthLevel.Ok, null, null, null, [], "ONLINE"));
        Assert.AreEqual(HealthLevel.Degraded, report.Health);
        Assert.HasCount(1, report.Remarks);
        Assert.AreEqual(100, report.CapacityBytes);
    }

    [TestMethod]
    public void Recorded_holds_are_pairs_of_snapshot_and_tag()
    {
        var holds = Holds.Parse("x", Recording.Of("zfs-holds.txt")).Value;
        Assert.AreEqual(new Hold("pond/nodeagent/db/data@s1", "na-anchor:n1"), holds[0]);
        Assert.AreEqual("pond/nodeagent/db/disk", holds[1].Dataset);
    }

    [TestMethod]
    public void A_recorded_estimate_tells_the_size() =>
        Assert.AreEqual(new StreamEstimate(31899144, "5"), SendEstimate.Parse("x", Recording.Of("zfs-send-estimate.txt"), Step).Value);

    [TestMethod]
    public void A_recorded_estimate_of_a_token_tells_which_snapshot_it_completes() =>
        Assert.AreEqual(
            new StreamEstimate(16901936, "18313899973088321007"),
            SendEstimate.Parse("x", Recording.Of("zfs-send-estimate-resumed.txt"), Step with { ResumeToken = "1-a-b-00" }).Value);

    [TestMethod]
    public void A_recorded_token_tells_how_many_bytes_arrived_and_what_of()
    {
        var error = Recording.Of("zfs-receive-broken.txt");
        var token = error[(error.IndexOf("send -t ", StringComparison.Ordinal) + 8)..].Trim();
        Assert.AreEqual(0xe4d4d8, ResumeToken.Bytes(token));
        Assert.AreEqual("s3", ResumeToken.Target(token));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("1-2-3")]
    [DataRow("1-2-3-zz")]
    [DataRow("1-2-3-00ff")]
    [DataRow("-t")]
    public void A_token_of_another_kind_tells_nothing(string token)
    {
        Assert.IsNull(ResumeToken.Bytes(token));
        Assert.IsNull(ResumeToken.Target(token));
    }

    [TestMethod]
    public void Recorded_events_are_read()
    {
        var events = Recording.Of("zpool-events.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => ZfsEvents.Parse(line, "tank", TimeZoneInfo.Utc)).ToList();
        Assert.IsTrue(events.All(one => one is not null));
        Assert.AreEqual("sysevent.fs.zfs.pool_create", events[0]!.Native);
        Assert.AreEqual(new DateTimeOffset(2026, 11, 20, 23, 23, 50, 60, TimeSpan.Zero), events[0]!.At.AddTicks(-(events[0]!.At.Ticks % 10000)));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("        version = 0x0")]
    [DataRow("Nov 99 2026 23:23:50.06\tx")]
    [DataRow("Nov 20 2026 23:23:50\tx")]
    [DataRow("Nov 20 2026 23:23:50.06\tx y")]
    public void Other_lines_are_no_events(string line) => Assert.IsNull(ZfsEvents.Parse(line, "tank", TimeZoneInfo.Utc));

    [TestMethod]
    public void What_a_batch_refused_is_a_fault_that_names_it()
    {
        var fault = Batch.Read("x", Recording.Of("zfs-program-refused.json")).Fault!;
        Assert.AreEqual(FaultCode.NotFound, fault.Code);
        Assert.Contains("#na-cursor:n2:1", fault.Why);
        Assert.IsTrue(Batch.Read("x", Recording.Of("zfs-program.json")).IsOk);
    }

    [TestMethod]
    public void A_recorded_version_is_read() =>
        Assert.AreEqual("2.3.9-0+deb13u1", ZfsProbe.ReadVersion("x", Recording.Of("zfs-version.json")).Value);

    [TestMethod]
    public void Another_major_version_of_the_output_is_not_guessed_at()
    {
        var later = Recording.Of("zfs-list-unit.json").Replace("\"vers_major\":0", "\"vers_major\":1", StringComparison.Ordinal);
        var fault = ReadUnit(later).Fault!;
        Assert.AreEqual(FaultCode.Unparseable, fault.Code);
        Assert.Contains("1.x", fault.Why);
        Assert.IsGreaterThan(0, fault.NextStep.Length);
    }

    [TestMethod]
    [DataRow("zfs-list-unit.json")]
    [DataRow("zfs-list-changes.json")]
    [DataRow("zfs-list-room.json")]
    [DataRow("zfs-version.json")]
    [DataRow("zpool-status-faulted.json")]
    [DataRow("zfs-program-refused.json")]
    [DataRow("zfs-holds.txt")]
    [DataRow("zfs-send-estimate-resumed.txt")]
    public void No_mutation_of_what_the_tools_print_makes_a_parser_throw(string file)
    {
        var good = Recording.Of(file);
        var faults = 0;
        foreach (var bad in Mutations(good))
        {
            Fault?[] outcomes =
            [
                ReadUnit(bad).Fault, PoolStatus.Parse("x", "pond", bad).Fault, PoolRoom.Parse("x", bad).Fault, Holds.Parse("x", bad).Fault,
                SendEstimate.Parse("x", bad, Step with { ResumeToken = "1-a-b-00" }).Fault, ZfsProbe.ReadVersion("x", bad).Fault, Batch.Read("x", bad).Fault,
            ];
            Assert.IsTrue(outcomes.OfType<Fault>().All(fault => fault.Code is FaultCode.Unparseable or FaultCode.NotFound or FaultCode.InUse or FaultCode.PreconditionFailed));
            faults += outcomes.OfType<Fault>().Count();
        }

        Assert.IsGreaterThan(100, faults);
    }

    // Truncated, a character replaced, a value of another type: everywhere, without chance.
    private static IEnumerable<string> Mutations(string good)
    {
        var step = Math.Max(1, good.Length / 60);
        for (var at = 0; at < good.Length; at += step)
        {
            yield return good[..at];
            yield return good.Remove(at, 1);
            yield return string.Concat(good.AsSpan(0, at), "\"", good.AsSpan(at + 1));
            yield return string.Concat(good.AsSpan(0, at), "9", good.AsSpan(at + 1));
            yield return string.Concat(good.AsSpan(0, at), "{", good.AsSpan(at));
        }

        foreach (var value in new[] { "null", "[]", "{}", "-1", "\"x\"", "99999999999999999999", "true" })
        {
            yield return value;
            yield return System.Text.RegularExpressions.Regex.Replace(good, "\"value\":\"[^\"]*\"", $"\"value\":{value}");
            yield return System.Text.RegularExpressions.Regex.Replace(good, ":\\d+", $":{value}");
            yield return System.Text.RegularExpressions.Regex.Replace(good, "\"(value|type|state)\":\"\\d+\"", $"\"$1\":\"{value.Trim('"')}\"");
        }
    }

    private static Outcome<UnitState> ReadUnit(string json)
    {
        var layout = new Layout(new BackendId("tank"), new NodeId("n1"), new ZfsOptions("tank/nodeagent", "/nodeagent/tank"));
        var rows = DatasetListing.Parse("x", json);
        return rows.IsOk ? UnitReading.Read("x", layout, Rig.Unit, rows.Value) : rows.Fault;
    }
}
