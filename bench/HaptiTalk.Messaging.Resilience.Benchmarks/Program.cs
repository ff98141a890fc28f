using BenchmarkDotNet.Running;
using HaptiTalk.Messaging.Resilience.Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(ExecutorBenchmarks).Assembly).Run(args, new PairedConfig());
