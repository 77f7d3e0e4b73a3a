using NodeAgent.Contract;
using NodeAgent.Core.Units;
using NodeAgent.Daemon.Api;
using NodeAgent.Daemon.Failover.Desk;
using NodeAgent.Daemon.Failover.Drills;
using NodeAgent.Daemon.Status;
using NodeAgent.Daemon.Status.Reserves;
using NodeAgent.Daemon.Units;
using NodeAgent.Daemon.Units.Adoptions;
using NodeAgent.Daemon.Units.Choices;
using NodeAgent.Daemon.Units.Handovers;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>States of a cluster, for screens and shapes.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    public static readonly UnitId Db = new(new BackendId("tank"), "db");
    private static readonly NodeId N1 = new("n1");
    private static readonly NodeId N2 = new("n2");
    private static readonly NodeId N3 = new("n3");

    public static ServicesReport Services { get; } = new(N1, Now, HasStore: true, IsArmed: false, "work on the rack", Lines("n2 would take it in about 14 s, losing at most 20 s of writes"));

    public static WhatIfReport NodeDown { get; } = new(N1, 12, Lines("n2 would take it in about 14 s, losing at most 20 s of writes"))
    {
        Store = "2 of 3 members are away",
        Reserve = [new ReserveLine(ReserveLine.Memory, "n1", 1.02, null), new ReserveLine(ReserveLine.Processors, null, null, "n3 does not tell")],
    };

    public static DrainPlan Drained { get; } = new(
        N1,
        [new DrainMove("db", N2, "n2 has the newest copy"), new DrainMove("mail", null, "no other node may run it")],
        [
            new StorageAbsence(new BackendId("ceph"), ["osd.1", "osd.4"], []),
            new StorageAbsence(new BackendId("cold"), ["osd.7"], ["12 placement groups would be left without enough copies."]),
        ]);

    public static ExplainReport Explained { get; } = new("db", [new("state", "running on n1 in epoch 7"), new("if n1 died now", "n2 would take it"), new("copies", "n2: 20 s old")]);

    public static ClusterStatus Healthy { get; } = Make(HealthLevel.Ok, [], [Here, Peer(N2, true, true), Peer(N3, true, true)], [Unit(Copy(N2, 20), Copy(N3, 35))]);

    public static ClusterStatus Pooled { get; } = Healthy with
    {
        Nodes =
        [
            .. Healthy.Nodes.Take(2).Select((node, number) => node with
            {
                Backends =
                [
                    .. node.Backends.Select(backend => backend with
                    {
                        Pools =
                        [
                            number == 0 ? new PoolReport("tank", HealthLevel.Ok, 4L << 40, 1L << 40, null, [], "ONLINE")
                                : new PoolReport("tank", HealthLevel.Degraded, 4L << 40, null, new PoolActivity("resilver", 1L << 30, 4L << 30), ["A drive is missing."], "DEGRADED"),
                        ],
                    }),
                ],
            }),
        ],
    };

    public static ClusterStatus Empty { get; } = new(StatusMerge.ApiVersion, null, N1, Now, HealthLevel.Ok, [], [Here], []);

    public static ClusterStatus Troubled { get; } = Make(
        HealthLevel.Failed,
        [
            new Problem(HealthLevel.Failed, "tank:db", "its writer n1 does not answer", "Bring n1 back."),
            new Problem(HealthLevel.Degraded, "n3", "n3 is unreachable, never heard", "Check its power and network."),
            new Problem(HealthLevel.Degraded, "tank:db", "the copy differs", ""),
        ],
        [Here, Peer(N2, true, false), new NodeLine(N3, Answer.Unknown, null, null, [new PathLine("repl", "10.0.0.3:7400", null, null)], [])],
        [
            Unit(Copy(N2, 400) with { State = CopyState.Diverged, Problem = "the copy differs" }, new CopyLine(N3, CopyState.Unknown, null, null, LossConfidence.Unknown, "nobody has told of it", null, null)) with { WriterReachable = Answer.No, WouldLose = "at most 6 m 40 s on n2, behind schedule", WouldLoseSeconds = 400 },
        ]);

    public static ClusterStatus Sending { get; } = Make(HealthLevel.Ok, [], [Here, Peer(N2, true, true), Peer(N3, true, true)],
        [Unit(Copy(N2, 20) with { State = CopyState.Resyncing, Progress = new StreamProgress("data", 512 << 20, 1L << 30) }, Copy(N3, 20) with { State = CopyState.Resyncing, Progress = new StreamProgress("data", 3 << 20, null) })]);

    public static ClusterStatus Copying { get; } = Make(HealthLevel.Ok, [], [Here, Peer(N2, true, true), Peer(N3, true, true)],
        [Unit(Copy(N2, 20) with { State = CopyState.Resyncing, Resync = new ResyncLine(600 << 20, 1L << 30, 200) }, Copy(N3, 20) with { State = CopyState.Outdated, Problem = "the copy on n3 is Outdated", Resync = new ResyncLine(5L << 30, null, null) })]);

    public static ClusterStatus Paused { get; } = Make(
        HealthLevel.Degraded, [new Problem(HealthLevel.Degraded, "tank:db", "replication is paused", "nodeagent replication resume db")],
        [Here, Peer(N2, true, true)],
        [Unit(Copy(N2, 900)) with { IsPaused = true }, Unit() with { Unit = new UnitId(new BackendId("tank"), "lonely"), WouldLose = "everything: there is no copy", WouldLoseSeconds = null, Volumes = [] }]);

    public static SelfReport Self { get; } = new(
        StatusMerge.ApiVersion, N1, NodeAgent.Daemon.Hosting.AgentVersion.Running, "1.0", "10.0.0", null, Now, Now.AddDays(300),
        [new PeerSight(N2, Answer.Yes, 0.012, [new PathLine("repl", "10.0.0.2:7400", true, 0.4), new PathLine("mgmt", "10.1.0.2:7400", true, 0.6)])], [], []);

    public static NodeReport Report { get; } = new(
        N1, "1.0.0", Now, null, [],
        [new UnitReport(new UnitRecord(Db, N1, new Epoch(1), 1, [N2], TimeSpan.FromSeconds(60), 2, 4, IsPaused: false), Role.Writer, [new VolumeReport("data", VolumeKind.Block, 1 << 30, null, "/dev/zvol/db")], [], null)], 0);

    public static ChoiceReport Choice { get; } = new(
        new UnitId(new BackendId("drbd"), "db"), new NodeId("n1"), new NodeId("n2"),
        [
            new CopySide(new NodeId("n1"), Now, Answer.No, 7, [new CopyFact("generation identifiers", "A1:A0")]) { KeptBy = "a snapshot of vg/db" },
            new CopySide(new NodeId("n2"), Now, Answer.No, 7, [new CopyFact("generation identifiers", "B2:A0")]) { NotKeptBecause = "it is a plain volume" },
        ],
        [], ["The certificate says that the copy of n1 alone counts.", "n2 gives way."], [], IsKept: true, IsDone: false);

    public static DriveReport Drive { get; } = new(
        new BackendId("mirror"), "old", "new", new DriveReplacementPlan(N1, ["It is recorded.", "ZFS copies it."], [], DriveReplacementStage.NotOrdered, ""), IsOrdered: false);

    public static AdoptionReport Adoption { get; } = new(Db, new Epoch(3), ["n2"], ["n1 notes that it writes tank:db", "n2 gets increments"], IsDone: false);

    public static PoolPlanReport Pools { get; } = new(
        new BackendId("ceph"),
        new PoolLayoutPlan(
            5, 10, 10L << 40,
            [
                new PoolLayout("quick", PoolIntent.Hot, "3 copies over hosts, min_size 2, 128 groups", 2L << 40, "Any one node: it goes on.", ["Something speaks against it."], ["ceph osd pool create quick 128 128 replicated quick"]),
                new PoolLayout("archive", PoolIntent.Cold, "EC 2+2 over hosts (data in archive-data), min_size 3, 128 groups", 3L << 40, "Any one node: it goes on.", [], ["ceph osd pool create archive 16 16 replicated archive"]),
            ],
            [], "print"),
        IsApplied: false);

    public static IReadOnlyList<BackendSites> Sites { get; } =
    [
        new BackendSites(
            new BackendId("ceph"),
            new SiteSight("site-a", IsOn: true, TimeSpan.FromSeconds(60))
            {
                Peers = [new SitePeer("site-b", "both", "client.rbd-mirror-peer", Now.AddSeconds(-3))],
                Daemons = [new SiteDaemon("4209", IsLeader: true, ["error: unable to connect to remote cluster"])],
                Units =
                [
                    new UnitMirror(
                        new UnitId(new BackendId("ceph"), "db"),
                        [
                            new VolumeMirror(new VolumeId(new UnitId(new BackendId("ceph"), "db"), "data"), SiteRole.Source, SiteState.Replaying)
                            {
                                NewestHere = Now.AddSeconds(-20), HeldByCopy = Now.AddSeconds(-80), Behind = TimeSpan.FromSeconds(80), LastBytes = 4 << 20, BytesPerSecond = 1 << 20, Progress = 0.25,
                                Voices = [new SiteVoice("site-a", true, true, true, "up+stopped: local image is primary", Now), new SiteVoice("site-b", false, false, true, "up+replaying: replaying", Now)],
                            },
                        ]) { OpenOn = N1 },
                    new UnitMirror(
                        new UnitId(new BackendId("ceph"), "shop"),
                        [new VolumeMirror(new VolumeId(new UnitId(new BackendId("ceph"), "shop"), "data"), SiteRole.Copy, SiteState.SplitBrain)]) { Away = "given away by n1", IsKnown = false },
                ],
            },
            null),
        new BackendSites(new BackendId("cold"), new SiteSight("", IsOn: false, TimeSpan.Zero), null),
        new BackendSites(new BackendId("far"), null, "no monitors with a quorum could be reached"),
    ];

    public static SitePlanReport SitePlan { get; } = new(
        new UnitId(new BackendId("ceph"), "db"),
        new SitePlan(
            new SiteOrder(new UnitId(new BackendId("ceph"), "db"), SiteAction.PromoteByForce),
            ["Make volume data the source, by force.", "Let nodes of this site open it again."],
            ["ceph:db/data: everything that was written at site-b after 2026-11-20 11:58:40 UTC, 80 s ago by this node's clock."],
            ["Something else to know."], [], "print"),
        IsDone: false);

    public static KeptHead KeptHead { get; } = new(new UnitId(new BackendId("tank"), "db-kept-3"), Db, "na-3-7", Now.AddHours(-2), 12 << 20);

    public static IReadOnlyList<KeptLine> KeptLines { get; } =
    [
        KeptLine.From(N2, KeptHead),
        KeptLine.From(N2, new GivenUpCopy(new UnitId(new BackendId("drbd"), "shop"), "vg/shop-nodeagent-given-up-7", "lvremove vg/shop-nodeagent-given-up-7", Now.AddHours(-1), 3 << 20)),
    ];

    public static ClusterStatus Kept { get; } = Make(
        HealthLevel.Ok, [], [Here, Peer(N2, true, true) with { Backends = [Backend with { Kept = [KeptHead] }] }], [Unit(Copy(N2, 20))]);

    public static ClusterStatus LeftOut { get; } = Make(
        HealthLevel.Ok, [], [Here, Peer(N2, true, true), Peer(N3, true, true)],
        [Unit(Copy(N2, 20)) with { LeftOut = [new LeftOutLine(N3, "na-1-7", Now.AddSeconds(-400), "left out of its copies", "nodeagent replication remove tank:db --peer n3, on n1")] }]);

    public static SwitchoverReport ServiceMoved => Moved with
    {
        Service = "shop", Snapshot = null, Rounds = 0, FrozenSeconds = 1.9, TookSeconds = 3.25,
        Seen = [new OrderStep(0, "running on n1, epoch 3"), new OrderStep(1.1, "stopping on n1, epoch 3"), new OrderStep(3.25, "running on n2, epoch 4")],
        Warnings = ["Unit db belongs to service shop: it moves with it, by the service's order in the cluster store."],
        Text = "service shop runs on n2 in epoch 4; nobody ran it for 1.9 s",
    };

    public static DrillPlan DrillPlan { get; } = new("shop", N1, N2, "n2, at most 20 s of writes are lost", ["Stop shop on n1, within 1 m.", "Write and sign a report."]);

    public static DrillReport Drill { get; } = new(
        DrillReport.Version, "7a54d787", "shop", N1, Now.AddMinutes(-1), Now, HasPassed: true, "service shop went from n1 to n2 and came back, nothing was lost; nobody ran it for 1.9 s and 2.1 s", "",
        N1, N2, "n2, at most 20 s of writes are lost",
        [
            new DrillLeg(N1, N2, new Epoch(4), 1.9, 3.25, [new OrderStep(0, "running on n1, epoch 3"), new OrderStep(3.25, "running on n2, epoch 4")], [Same(3)]),
            new DrillLeg(N2, N1, new Epoch(5), 2.1, 3.5, [new OrderStep(0, "running on n2, epoch 4"), new OrderStep(3.5, "running on n1, epoch 5")], [Same(4)]),
        ])
    {
        File = "/var/lib/nodeagent/drills/20261120T115900Z-shop.json",
    };

    private static DrillCheck Same(int epoch) =>
        new(Db, "data", new DrillPoint($"na-{epoch}-9", "77"), new DrillPoint($"na-{epoch}-9", "77"), IsSame: true, $"began with exactly na-{epoch}-9");

    public static ClusterStatus Crowded { get; } = WithReserve([Here with { Load = Load(64, 50, 16, 3) }, Peer(N2, true, true) with { Load = Load(64, 60, 16, 12) }, Peer(N3, true, true) with { Load = Load(32, 30, 8, null) }]);

    private static NodeLoad Load(long gigabytes, long used, int processors, double? busy) => new($"boot-{used}", gigabytes << 30, used << 30, processors, busy, 3);

    private static ClusterStatus WithReserve(IReadOnlyList<NodeLine> nodes)
    {
        var reserve = NodeReserve.Of([.. nodes.Select(node => (node.Name, node.Load))]);
        return Make(HealthLevel.Degraded, [.. reserve.Select(StatusProblems.OfReserve).OfType<Problem>()], nodes, [Unit(Copy(N2, 20), Copy(N3, 35))]) with { Reserve = reserve };
    }

    private static NodeLine Here => new(N1, Answer.Yes, "1.0.0+abc", Now, [], [Backend]);

    public static ClusterStatus Moving { get; } = Make(
        HealthLevel.Ok, [], [Here, Peer(N2, true, true), Peer(N3, true, true)],
        [Unit(Copy(N2, 20), Copy(N3, 35)) with { Switchover = new SwitchoverLine(N1, N2, "bring n2 up to date, round 1", Now.AddSeconds(-4), null) }]);

    public static SwitchoverReport Plan { get; } = new(
        Db, N1, N2, new Epoch(4), false, ["Bring n2 up to date while n1 writes.", "Close the unit on n1: refused if a process still uses it."],
        ["The copy on n3 cannot be reached: if it lags, it may have to be made anew afterwards."], null, 0, null, null,
        "unit tank:db can be moved from n1 to n2");

    public static SwitchoverReport Moved { get; } = new(
        Db, N1, N2, new Epoch(4), true, [], [], "na-3-8", 2, 0.412, 3.25, "n2 writes unit tank:db in epoch 4; nobody could write for 412 ms");

    private static BackendLine Backend => new(new BackendId("tank"), "zfs", "ready", HealthLevel.Ok, "zfs 2.3.2", [], [], Now);

    private static NodeLine Peer(NodeId node, bool first, bool second) => new(
        node, Answer.Yes, "1.0.0", Now.AddSeconds(-2),
        [new PathLine("repl", "10.0.0.2:7400", first, 0.4), new PathLine("mgmt", "10.1.0.2:7400", second, second ? 0.6 : null)], [Backend]);

    private static CopyLine Copy(NodeId node, int ageSeconds) => new(
        node, CopyState.InSync, "na-0007", Now.AddSeconds(-ageSeconds), LossConfidence.UpperBound, $"na-0007 read back on {node}", null, null);

    private static UnitLine Unit(params CopyLine[] copies) => new(
        Db, N1, Answer.Yes, new Epoch(3), 60, false,
        [new VolumeReport("data", VolumeKind.Block, 1 << 30, null, "/dev/zvol/db"), new VolumeReport("logs", VolumeKind.Filesystem, 0, 4096, "/tank/db/logs")],
        copies, "at most 20 s on n2", 20);

    private static IReadOnlyList<ServiceLine> Lines(string fate) =>
    [
        new("db", "running", "running", N1, new Epoch(7), fate, IsSafe: true, "it runs") { LossSeconds = 20, TakenWithinSeconds = 14 },
        new("mail", "waiting", "running", null, new Epoch(2), null, IsSafe: false, "no node may run it"),
        new("shop", "running", "running", N1, new Epoch(3), "waits: the newest copy is 400 s old, and 120 s may be lost", IsSafe: false, "it runs"),
    ];

    private static ClusterStatus Make(HealthLevel verdict, IReadOnlyList<Problem> problems, IReadOnlyList<NodeLine> nodes, IReadOnlyList<UnitLine> units) =>
        new(StatusMerge.ApiVersion, "7a54d787", N1, Now, verdict, problems, nodes, units);
}
