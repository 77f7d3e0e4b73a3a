using System.Xml.Linq;
using NodeAgent.Daemon.Benchmarks;

namespace NodeAgent.Tests.Daemon.Benchmarks;

[TestClass]
public sealed class BenchPlotTests
{
    [TestMethod]
    public void It_is_a_drawing_with_both_arms_of_both_jobs()
    {
        var svg = Draw("/tank", new Latency(0.1, 1, 10, 20, 99));
        Assert.AreEqual("{http://www.w3.org/2000/svg}svg", svg.Root!.Name.ToString());
        var texts = svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value).ToList();
        foreach (var wanted in new[] { "4 KiB random write, fsync: latency in ms", "1 MiB sequential read: latency in ms", "p99.9", "0.1", "100", "as it is: 1000 IOPS, 4.0 MB/s", "fast: 1000 IOPS, 4.0 MB/s" })
        {
            CollectionAssert.Contains(texts, wanted);
        }
    }

    [TestMethod]
    public void Names_cannot_break_out_of_the_text() =>
        StringAssert.Contains(Draw("/tank/<script>&\"'", new Latency(1, 1, 1, 1, 1)).Root!.Value, "/tank/<script>&\"'");

    [TestMethod]
    public void Bars_stay_in_their_panel_whatever_was_measured()
    {
        foreach (var latency in new[] { new Latency(0, 0, 0, 0, 0), new Latency(1e-6, 1, 1e3, 1e6, 1e9), new Latency(5, 5, 5, 5, 5) })
        {
            foreach (var bar in Draw("/tank", latency).Descendants().Where(element => element.Name.LocalName == "rect"))
            {
                Assert.IsGreaterThanOrEqualTo(0d, (double)bar.Attribute("y")!);
                Assert.IsGreaterThanOrEqualTo(0d, (double)bar.Attribute("height")!);
                Assert.IsLessThanOrEqualTo(380d, (double)bar.Attribute("y")! + (double)bar.Attribute("height")!);
            }
        }
    }

    private static XDocument Draw(string folder, Latency latency)
    {
        BenchArm Arm(string name) => new(name, [.. FioJob.All.Select(job => new BenchFigure(job.Name, 1000, 4, latency))]);
        var report = new BenchReport(folder, "zfs", 1, 1, 1, "fio-3.33", null, DateTimeOffset.UnixEpoch, [Arm("as it is"), Arm("fast")], [], []);
        using var bytes = new MemoryStream(BenchPlot.Draw(report));
        return XDocument.Load(bytes);
    }
}
