import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { barChart } from '../../../perf/report/bar-chart.ts';
import { lineChart } from '../../../perf/report/line-chart.ts';
import { linearScale, logScale, percentileScale, spanScale } from '../../../perf/report/scale.ts';
import { xmlProblem } from '../../support/xml.ts';

const HOSTILE = `<b>"R&D" 'x'</b>`;

describe('XML check of the tests', () => {
  it('sees what is not well-formed', () => {
    for (const text of [
      '<a>',
      '<a></b>',
      '<a/><b/>',
      '<a x="1" x="2"/>',
      '<a>&</a>',
      '<a b="<"/>',
      '<a>x<</a>',
      'x<a/>',
      '<a b=1/>',
    ]) {
      assert.notEqual(xmlProblem(text), null, text);
    }
    assert.equal(xmlProblem('<a x="1"><b/>&amp;<c>t</c></a>\n'), null);
  });
});

describe('scales', () => {
  const text = (value: number): string => String(value);

  it('go from zero to a round number above the highest value', () => {
    const { place, ticks } = linearScale(4_321, text, 5);
    assert.deepEqual(
      ticks.map(({ value }) => value),
      [0, 1_000, 2_000, 3_000, 4_000, 5_000],
    );
    assert.equal(place(2_500), 0.5);
    assert.ok(linearScale(0, text).ticks.length >= 2);
  });

  it('in powers of ten hold every value between their ends', () => {
    const { place, ticks } = logScale(350, 62_000, text);
    assert.deepEqual(
      ticks.map(({ value }) => value),
      [100, 1_000, 10_000, 100_000],
    );
    assert.ok(place(350) > 0 && place(62_000) < 1);
    assert.equal(logScale(5, 5, text).ticks.length, 2);
  });

  it('of percentiles give every further nine the same width', () => {
    const { place, ticks } = percentileScale(99.9);
    assert.ok(Math.abs(place(99) - place(90) - (place(99.9) - place(99))) < 1e-9);
    assert.deepEqual(
      ticks.map(({ label }) => label),
      ['50 %', '90 %', '99 %', '99.9 %'],
    );
    assert.equal(place(100), 1);
  });

  it('of time begin before zero, in the warm-up, and mark zero', () => {
    const { place, ticks } = spanScale(-0.9, 6, text);
    assert.ok(place(-0.9) === 0 && place(6) === 1);
    assert.ok(ticks.some(({ value }) => value === 0));
  });
});

describe('charts', () => {
  it('are well-formed, with one line and one legend entry for each series, whatever names hold', () => {
    const svg = lineChart({
      name: HOSTILE,
      xName: 'seconds',
      x: spanScale(-1, 2, String),
      y: linearScale(10, String),
      series: [HOSTILE, 'second'].map((name) => ({
        name,
        points: [
          { x: -1, y: 0, hint: HOSTILE },
          { x: 2, y: 99 },
        ],
      })),
      shadeBefore: 0,
    });
    assert.equal(xmlProblem(svg), null);
    assert.equal(svg.match(/class="line"/g)?.length, 2);
    assert.match(svg, /warm-up/);
    assert.ok(!svg.includes('<b>'));
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  });

  it('of bars are well-formed files of their own, the longest bar for the highest value, ours marked', () => {
    const bars = [
      { name: HOSTILE, value: 10, text: '10', isOurs: true },
      { name: 'other', value: 40, text: '40', isOurs: false },
      { name: 'nothing', value: 0, text: '0', isOurs: false },
    ];
    const svg = barChart({ name: 'a & b', explanation: 'less', bars });
    assert.equal(xmlProblem(svg), null);
    assert.match(svg, /prefers-color-scheme:dark/);
    assert.equal(svg.match(/class="ours"/g)?.length, 1);
    const widths = [...svg.matchAll(/class="(?:ours|theirs)"[^>]* width="([\d.]+)"/g)].map(([, width]) =>
      Number(width),
    );
    assert.ok((widths[1] ?? 0) > (widths[0] ?? 0) && Math.abs((widths[1] ?? 0) / (widths[0] ?? 1) - 4) < 0.1);
    assert.ok((widths[2] ?? 0) > 0);
    assert.equal(xmlProblem(barChart({ name: 'empty', explanation: '', bars: [] })), null);
  });
});
