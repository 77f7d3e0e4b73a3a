using System.Globalization;
using System.Text;
using System.Xml;

namespace NodeAgent.Daemon.Benchmarks;

/// <summary>Draws a report as SVG: for each job its latencies on a logarithmic scale, and how much went through.</summary>
internal static class BenchPlot
{
    private const int PanelWidth = 460;
    private const int PanelHeight = 320;
    private const int Left = 70;
    private const int Top = 80;
    private const int ChartWidth = 360;
    private const int ChartHeight = 200;
    private const string Namespace = "http://www.w3.org/2000/svg";
    private static readonly string[] Colours = ["#7a8794", "#d9662b"];

    public static byte[] Draw(BenchReport report)
    {
        using var bytes = new MemoryStream();
        using (var svg = XmlWriter.Create(bytes, new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }))
        {
            svg.WriteStartElement("svg", Namespace);
            svg.WriteAttributeString("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {PanelWidth * FioJob.All.Count} {PanelHeight + 60}"));
            svg.WriteAttributeString("font-family", "sans-serif");
            svg.WriteAttributeString("font-size", "12");
            Box(svg, 0, 0, PanelWidth * FioJob.All.Count, PanelHeight + 60, "#ffffff");
            Text(svg, 20, 28, $"nodeagent bench volume {report.Folder}", "start", size: 16);
            Text(svg, 20, 46, $"{report.Filesystem}, ZFS {report.Zfs ?? "not loaded"}, {report.Fio}, {report.Seconds} s each, {report.Rounds} rounds, {report.At.UtcDateTime:yyyy-MM-dd HH:mm} UTC", "start");
            for (var index = 0; index < FioJob.All.Count; index++)
            {
                Panel(svg, report, FioJob.All[index], index * PanelWidth);
            }

            svg.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private static void Panel(XmlWriter svg, BenchReport report, FioJob job, int x)
    {
        var figures = report.Arms.Select(arm => (arm.Name, Figure: arm.Figures.First(figure => figure.Job == job.Name))).ToList();
        var (low, high) = Decades(figures.SelectMany(entry => entry.Figure.Latency.Points).Select(point => point.Milliseconds));
        Text(svg, x + Left, Top - 10, $"{job.Title}: latency in ms", "start", size: 13);
        for (var decade = low; decade <= high; decade++)
        {
            var y = Height(Math.Pow(10, decade), low, high);
            Box(svg, x + Left, y, ChartWidth, 0.5, "#c8ced4");
            Text(svg, x + Left - 6, y + 4, Math.Pow(10, decade).ToString("0.####", CultureInfo.InvariantCulture), "end");
        }

        for (var arm = 0; arm < figures.Count; arm++)
        {
            var (name, figure) = figures[arm];
            var points = figure.Latency.Points;
            var (step, width) = (ChartWidth / (double)points.Count, ChartWidth / (double)points.Count / (figures.Count + 1));
            for (var point = 0; point < points.Count; point++)
            {
                var y = Height(points[point].Milliseconds, low, high);
                Box(svg, x + Left + (point * step) + (width * (arm + 0.5)), y, width, Top + ChartHeight - y, Colours[arm]);
                if (arm == 0)
                {
                    Text(svg, x + Left + (point * step) + (step / 2), Top + ChartHeight + 16, points[point].Name, "middle");
                }
            }

            var line = Top + ChartHeight + 40 + (arm * 20);
            Box(svg, x + Left, line - 10, 12, 12, Colours[arm]);
            Text(svg, x + Left + 18, line, string.Create(CultureInfo.InvariantCulture, $"{name}: {figure.Iops:0} IOPS, {figure.MegabytesPerSecond:0.0} MB/s"), "start");
        }
    }

    /// <summary>Whole powers of ten around all values; a value of 0 has none and is drawn at the bottom.</summary>
    private static (int Low, int High) Decades(IEnumerable<double> values)
    {
        var logarithms = values.Where(value => value > 0).Select(Math.Log10).DefaultIfEmpty(0).ToList();
        var low = (int)Math.Floor(logarithms.Min());
        return (low, Math.Max(low + 1, (int)Math.Ceiling(logarithms.Max())));
    }

    private static double Height(double value, int low, int high) =>
        Top + ChartHeight - (value <= 0 ? 0 : Math.Clamp((Math.Log10(value) - low) / (high - low), 0, 1) * ChartHeight);

    private static void Box(XmlWriter svg, double x, double y, double width, double height, string colour)
    {
        svg.WriteStartElement("rect", Namespace);
        foreach (var (name, value) in new[] { ("x", x), ("y", y), ("width", width), ("height", height) })
        {
            svg.WriteAttributeString(name, value.ToString("0.##", CultureInfo.InvariantCulture));
        }

        svg.WriteAttributeString("fill", colour);
        svg.WriteEndElement();
    }

    private static void Text(XmlWriter svg, double x, double y, string text, string anchor, int size = 12)
    {
        svg.WriteStartElement("text", Namespace);
        svg.WriteAttributeString("x", x.ToString("0.##", CultureInfo.InvariantCulture));
        svg.WriteAttributeString("y", y.ToString("0.##", CultureInfo.InvariantCulture));
        svg.WriteAttributeString("text-anchor", anchor);
        svg.WriteAttributeString("font-size", size.ToString(CultureInfo.InvariantCulture));
        svg.WriteString(text);
        svg.WriteEndElement();
    }
}
